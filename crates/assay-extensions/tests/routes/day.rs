//! A day in which hosts, images and functions come, change, are mended, stop and go, and the days after it, told by what tells a
//! service of them; and what the service knows each time, to the last finding.

use serde_json::{Value, json};

use crate::bench::{Bench, OWN, REGION};

const IMAGE: &str = "image";
const HOST: &str = "host";
const FUNCTION: &str = "function";

/// What is told of a resource.
struct Told {
    kind: &'static str,
    name: &'static str,
    /// Members of the description beside these.
    more: Value,
    packages: Option<&'static [&'static str]>,
}

fn told(kind: &'static str, name: &'static str, packages: &'static [&'static str]) -> Told {
    Told {
        kind,
        name,
        more: json!({}),
        packages: Some(packages),
    }
}

impl Told {
    fn with(mut self, more: Value) -> Told {
        self.more = more;
        self
    }

    fn unread(mut self) -> Told {
        self.packages = None;
        self
    }
}

/// The id of a resource by the name that the day has for it: of an image a repository and a digit, of a function with its version.
fn id(kind: &str, name: &str) -> String {
    match kind {
        IMAGE => {
            let (repository, digit) = name.split_once('@').unwrap();
            format!(
                "arn:aws:ecr:{REGION}:{OWN}:repository/{repository}/sha256:{}",
                digit.repeat(64)
            )
        }
        FUNCTION => format!("arn:aws:lambda:{REGION}:{OWN}:function:{name}"),
        _ => name.to_owned(),
    }
}

impl Bench {
    async fn hear(&self, told: Told) -> Value {
        let mut resource = json!({"type": told.kind, "id": id(told.kind, told.name)});
        for (name, value) in told.more.as_object().unwrap() {
            resource[name] = value.clone();
        }
        let mut body = json!({ "resource": resource });
        if let Some(packages) = told.packages {
            let packages: Vec<Value> = packages
                .iter()
                .map(|purl| json!({"purl": purl, "evidence": [{"path": "opt/app/requirements.txt", "analyser": "python"}]}))
                .collect();
            body["inventory"] = json!({"schema": "assay.inventory/1", "artifact": {}, "packages": packages});
        }
        let sent = self
            .call("bot", "assay", "POST", "/assay/v1/resources", &body)
            .await;
        assert_eq!(sent.status, 200, "{sent:?}");
        self.work().await;
        sent.answer
    }

    async fn becomes(&self, kind: &str, name: &str, state: &str) {
        let body = json!({"id": id(kind, name), "state": state});
        let sent = self
            .call("bot", "assay", "POST", "/assay/v1/resource/state", &body)
            .await;
        assert_eq!(sent.status, 200, "{sent:?}");
        self.work().await;
    }

    async fn admin(&self, path: &str, body: Value) -> Value {
        let sent = self.call("ada", "inspector2", "POST", path, &body).await;
        assert_eq!(sent.status, 200, "{path}: {sent:?}");
        self.work().await;
        sent.answer
    }

    /// Each resource with the reason of its coverage, how it is looked at, and its findings.
    async fn knows(&self) -> Vec<String> {
        let covered = self.admin("/coverage/list", json!({"maxResults": 200})).await;
        let found = self.admin("/findings/list", json!({"maxResults": 100})).await;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut lines = Vec::new();
        for covered in covered["coveredResources"].as_array().unwrap() {
            if covered["resourceType"] == "AWS_ECR_REPOSITORY" {
                continue;
            }
            let id = text(&covered["resourceId"]);
            let mut findings: Vec<String> = found["findings"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|finding| finding["resources"][0]["id"] == id.as_str())
                .map(|finding| {
                    let flaw = text(&finding["packageVulnerabilityDetails"]["vulnerabilityId"]);
                    format!("{flaw} {}", text(&finding["status"]))
                })
                .collect();
            findings.sort();
            let name = id.rsplit_once(":repository/").or(id.rsplit_once(":function:"));
            let name: String = name
                .map_or(id.as_str(), |(_, name)| name)
                .chars()
                .take(16)
                .collect();
            let mode = text(&covered["scanMode"]);
            lines.push(format!(
                "{name} {}{} [{}]",
                text(&covered["scanStatus"]["reason"]),
                if mode == "EC2_AGENTLESS" {
                    " by its disks"
                } else {
                    ""
                },
                findings.join(", ")
            ));
        }
        lines.sort();
        lines
    }
}

/// What differs after each hour.
#[derive(Default)]
struct Diary {
    hour: u32,
    known: Vec<String>,
    says: String,
}

impl Diary {
    async fn write(&mut self, bench: &Bench, what: &str) {
        bench.later(3600).await;
        self.hour += 1;
        let now = bench.knows().await;
        self.says.push_str(&format!("{:02}:00 {what}\n", self.hour));
        for line in now.iter().filter(|line| !self.known.contains(line)) {
            self.says.push_str(&format!("      {line}\n"));
        }
        let name = |line: &String| line.split(' ').next().unwrap().to_owned();
        for gone in self.known.iter().map(name) {
            if !now.iter().any(|line| name(line) == gone) {
                self.says.push_str(&format!("      {gone} is forgotten\n"));
            }
        }
        self.known = now;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_ends_as_it_should() {
    let bench = Bench::start().await;
    let mut diary = Diary::default();
    bench
        .admin("/enable", json!({"resourceTypes": ["ECR", "LAMBDA"]}))
        .await;
    bench
        .admin(
            "/configuration/update",
            json!({"ec2Configuration": {"scanMode": "EC2_HYBRID"},
            "ecrConfiguration": {"rescanDuration": "DAYS_14", "pullDateRescanDuration": "DAYS_14"}}),
        )
        .await;
    bench.hear(told(HOST, "web", &["pkg:pypi/flask@1.5"])).await;
    diary.write(&bench, "a host with an agent comes").await;
    let disks = json!({"scanMode": "EC2_AGENTLESS"});
    let answer = bench
        .hear(told(HOST, "db", &[]).with(disks.clone()).unread())
        .await;
    assert_eq!(answer["wanted"], true);
    diary.write(&bench, "one without comes").await;
    bench
        .hear(told(HOST, "db", &["pkg:pypi/jinja2@2.0"]).with(disks.clone()))
        .await;
    diary.write(&bench, "its disks are read").await;
    let tagged = |tag: &str| json!({"details": {"awsEcrContainerImage": {"imageTags": [tag]}}});
    bench
        .hear(told(IMAGE, "shop@1", &["pkg:pypi/flask@1.5", "pkg:pypi/jinja2@2.0"]).with(tagged("1")))
        .await;
    diary.write(&bench, "an image is pushed").await;
    bench
        .hear(told(FUNCTION, "pay:$LATEST", &["pkg:pypi/flask@1.5"]))
        .await;
    bench.hear(told(FUNCTION, "pay:1", &["pkg:pypi/flask@1.5"])).await;
    diary
        .write(&bench, "a function is made, and its first version published")
        .await;
    bench
        .hear(told(HOST, "web", &["pkg:pypi/flask@1.5", "pkg:pypi/jinja2@2.0"]))
        .await;
    diary
        .write(&bench, "something more is installed on the host")
        .await;
    bench.learn(&[Some("1.6"), Some("2.3")]).await;
    diary.write(&bench, "a fix is published").await;
    bench
        .hear(told(HOST, "web", &["pkg:pypi/flask@1.6", "pkg:pypi/jinja2@2.0"]))
        .await;
    diary.write(&bench, "the host is mended in part").await;
    bench
        .hear(told(FUNCTION, "pay:$LATEST", &["pkg:pypi/flask@1.6"]))
        .await;
    diary
        .write(&bench, "the function is mended, its version stays")
        .await;
    bench.becomes(HOST, "db", "stopped").await;
    diary.write(&bench, "the host without an agent is stopped").await;
    bench
        .hear(told(IMAGE, "shop@2", &["pkg:pypi/flask@1.6", "pkg:pypi/jinja2@2.0"]).with(tagged("1")))
        .await;
    bench.hear(told(IMAGE, "shop@1", &[]).unread()).await;
    diary.write(&bench, "another image takes the tag").await;
    bench.becomes(IMAGE, "shop@1", "terminated").await;
    diary.write(&bench, "the first is deleted").await;
    let excluded = json!({"tags": {"InspectorEc2Exclusion": ""}});
    bench.hear(told(HOST, "web", &[]).with(excluded).unread()).await;
    diary.write(&bench, "the host is to be left out").await;
    bench
        .hear(told(HOST, "web", &["pkg:pypi/flask@1.6", "pkg:pypi/jinja2@2.0"]).with(json!({"tags": {}})))
        .await;
    diary.write(&bench, "and is not any more").await;
    bench.learn(&[Some("1.7"), Some("2.3")]).await;
    diary.write(&bench, "the fix did not fix it").await;
    bench.becomes(HOST, "db", "active").await;
    diary.write(&bench, "the stopped host runs").await;
    bench.becomes(FUNCTION, "pay:1", "terminated").await;
    diary
        .write(&bench, "the version of the function is deleted")
        .await;
    let unread = json!({"resource": {"type": IMAGE, "id": id(IMAGE, "chart@3")},
        "problem": {"reason": "UNSUPPORTED_MEDIA_TYPE", "message": "a chart"}});
    bench
        .call("bot", "assay", "POST", "/assay/v1/resources", &unread)
        .await;
    diary.write(&bench, "something is pushed that is no image").await;
    bench.pass(8).await;
    diary.hour = 0;
    diary
        .write(&bench, "a week goes by and nobody tells anything")
        .await;
    let answer = bench
        .hear(told(HOST, "web", &[]).with(disks.clone()).unread())
        .await;
    assert_eq!(answer["wanted"], true, "its agent is silent");
    bench
        .hear(told(HOST, "web", &["pkg:pypi/flask@1.6"]).with(disks))
        .await;
    diary
        .write(&bench, "the disks of the host whose agent is silent are read")
        .await;
    bench.hear(told(HOST, "web", &["pkg:pypi/flask@1.7"])).await;
    diary.write(&bench, "its agent is back").await;
    bench.becomes(HOST, "db", "terminated").await;
    diary.write(&bench, "the other host is no more").await;
    bench.pass(7).await;
    diary.hour = 0;
    diary.write(&bench, "another week").await;
    let pull = json!({"pulls": [{"digest": format!("sha256:{}", "2".repeat(64)),
        "pulledAt": bench.service.clock.now().as_second()}]});
    bench
        .call("bot", "assay", "POST", "/assay/v1/images/pulls", &pull)
        .await;
    bench.work().await;
    diary.write(&bench, "somebody pulls the image").await;
    assert_eq!(diary.says, DAY, "{}", diary.says);
    bench.stop().await;
}

const DAY: &str = "\
01:00 a host with an agent comes
      web SUCCESSFUL [CVE-2024-1 ACTIVE]
02:00 one without comes
      db PENDING_INITIAL_SCAN by its disks []
03:00 its disks are read
      db SUCCESSFUL by its disks [CVE-2024-2 ACTIVE]
04:00 an image is pushed
      shop/sha256:1111 SUCCESSFUL [CVE-2024-1 ACTIVE, CVE-2024-2 ACTIVE]
05:00 a function is made, and its first version published
      pay:$LATEST SUCCESSFUL [CVE-2024-1 ACTIVE]
      pay:1 SCAN_FREQUENCY_SCAN_ON_PUSH [CVE-2024-1 ACTIVE]
06:00 something more is installed on the host
      web SUCCESSFUL [CVE-2024-1 ACTIVE, CVE-2024-2 ACTIVE]
07:00 a fix is published
08:00 the host is mended in part
      web SUCCESSFUL [CVE-2024-1 CLOSED, CVE-2024-2 ACTIVE]
09:00 the function is mended, its version stays
      pay:$LATEST SUCCESSFUL [CVE-2024-1 CLOSED]
10:00 the host without an agent is stopped
      db EC2_INSTANCE_STOPPED by its disks [CVE-2024-2 ACTIVE]
11:00 another image takes the tag
      shop/sha256:2222 SUCCESSFUL [CVE-2024-2 ACTIVE]
12:00 the first is deleted
      shop/sha256:1111 RESOURCE_TERMINATED [CVE-2024-1 CLOSED, CVE-2024-2 CLOSED]
13:00 the host is to be left out
      web EXCLUDED_BY_TAG [CVE-2024-1 CLOSED, CVE-2024-2 CLOSED]
14:00 and is not any more
      web SUCCESSFUL [CVE-2024-1 CLOSED, CVE-2024-2 ACTIVE]
15:00 the fix did not fix it
      pay:$LATEST SUCCESSFUL [CVE-2024-1 ACTIVE]
      shop/sha256:2222 SUCCESSFUL [CVE-2024-1 ACTIVE, CVE-2024-2 ACTIVE]
      web SUCCESSFUL [CVE-2024-1 ACTIVE, CVE-2024-2 ACTIVE]
16:00 the stopped host runs
      db SUCCESSFUL by its disks [CVE-2024-2 ACTIVE]
17:00 the version of the function is deleted
      pay:1 RESOURCE_TERMINATED [CVE-2024-1 CLOSED]
18:00 something is pushed that is no image
      chart/sha256:333 UNSUPPORTED_MEDIA_TYPE []
01:00 a week goes by and nobody tells anything
      db STALE_INVENTORY by its disks [CVE-2024-2 ACTIVE]
      web STALE_INVENTORY [CVE-2024-1 ACTIVE, CVE-2024-2 ACTIVE]
      pay:1 is forgotten
      shop/sha256:1111 is forgotten
02:00 the disks of the host whose agent is silent are read
      web SUCCESSFUL by its disks [CVE-2024-1 ACTIVE, CVE-2024-2 CLOSED]
03:00 its agent is back
      web SUCCESSFUL [CVE-2024-1 CLOSED, CVE-2024-2 CLOSED]
04:00 the other host is no more
      db RESOURCE_TERMINATED by its disks [CVE-2024-2 CLOSED]
01:00 another week
      chart/sha256:333 SCAN_ELIGIBILITY_EXPIRED []
      shop/sha256:2222 SCAN_ELIGIBILITY_EXPIRED [CVE-2024-1 CLOSED, CVE-2024-2 CLOSED]
      web STALE_INVENTORY [CVE-2024-1 CLOSED, CVE-2024-2 CLOSED]
      db is forgotten
02:00 somebody pulls the image
      shop/sha256:2222 SUCCESSFUL [CVE-2024-1 ACTIVE, CVE-2024-2 ACTIVE]
";
