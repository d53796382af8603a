// Findings: who sees which, filters, orders, pages, sums, regions (F4, F8, F11, F19 to F21, F24).

import assert from "node:assert/strict";
import { before, test } from "node:test";
import {
  BatchGetFindingDetailsCommand,
  ListFindingAggregationsCommand,
  ListFindingsCommand,
  paginateListFindingAggregations,
  paginateListFindings,
  SearchVulnerabilitiesCommand,
} from "@aws-sdk/client-inspector2";
import { accounts, equals, inspector, pages, until } from "./service.js";

const host = "i-0000000000000000a";

const vulnerability = (finding) => finding.packageVulnerabilityDetails.vulnerabilityId;

async function list(client, arguments_ = {}) {
  return (await client.send(new ListFindingsCommand(arguments_))).findings;
}

before(async () => {
  for (const [profile, region, count] of [
    ["administrator", "us-east-1", 10],
    ["member", "eu-west-1", 1],
  ])
    await until(() => list(inspector(profile, region)), (found) => found.length === count);
});

test("the administrator sees what its members have, a member what it has itself", async () => {
  const owners = (found) => [...new Set(found.map((finding) => finding.awsAccountId))].sort();
  assert.deepEqual(owners(await list(inspector("administrator"))), [accounts.administrator, accounts.member]);
  const own = await list(inspector("member"));
  assert.deepEqual([owners(own), own.length], [[accounts.member], 8]);
  for (const profile of ["management", "newcomer"]) assert.deepEqual(await list(inspector(profile)), []);
  const [asked] = [await list(inspector("administrator"), { filterCriteria: { awsAccountId: equals(accounts.member) } })];
  assert.deepEqual(asked.map(({ findingArn }) => findingArn), own.map(({ findingArn }) => findingArn));
});

test("a finding is whole and of the types that the SDK has", async () => {
  const [finding] = await list(inspector("member"), {
    filterCriteria: { resourceId: equals(host), vulnerabilityId: equals("CVE-2020-14343") },
  });
  assert.match(finding.findingArn, /^arn:aws:inspector2:us-east-1:333333333333:finding\/[0-9a-f]{32}$/);
  const { firstObservedAt, lastObservedAt, updatedAt } = finding;
  for (const time of [firstObservedAt, lastObservedAt, updatedAt]) {
    assert.ok(time instanceof Date);
    assert.ok(Math.abs(Date.now() - time) < 3_600_000);
  }
  assert.deepEqual(
    [finding.type, finding.severity, finding.status, finding.title, finding.fixAvailable, finding.exploitAvailable],
    ["PACKAGE_VULNERABILITY", "CRITICAL", "ACTIVE", "CVE-2020-14343 - pyyaml", "YES", "YES"],
  );
  assert.deepEqual(finding.epss, { score: 0.5 });
  assert.equal(finding.inspectorScore, 9.8);
  assert.equal(finding.inspectorScoreDetails.adjustedCvss.scoringVector, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H");
  assert.equal(finding.exploitabilityDetails.lastKnownExploitAt.toISOString(), "2025-01-02T00:00:00.000Z");
  assert.equal(finding.remediation.recommendation.text, "Upgrade pyyaml to 5.4.");
  const [resource] = finding.resources;
  assert.deepEqual(
    [resource.id, resource.type, resource.region, resource.partition, resource.tags, resource.details.awsEc2Instance.platform],
    [host, "AWS_EC2_INSTANCE", "us-east-1", "aws", { team: "member" }, "DEBIAN_12"],
  );
  const details = finding.packageVulnerabilityDetails;
  assert.deepEqual(
    [details.source, details.sourceUrl, details.vendorSeverity, details.referenceUrls, details.relatedVulnerabilities],
    [
      "NVD",
      "https://nvd.nist.gov/vuln/detail/CVE-2020-14343",
      "CRITICAL",
      ["https://example.org/yaml"],
      ["GHSA-2222-3333-4444", "PYSEC-2021-142"],
    ],
  );
  const [part] = details.vulnerablePackages;
  assert.deepEqual(
    [part.name, part.version, part.packageManager, part.fixedInVersion, part.remediation],
    ["pyyaml", "5.3", "PYTHONPKG", "5.4", "pip install pyyaml==5.4"],
  );
});

test("filters of every kind choose", async () => {
  const client = inspector("member");
  const flaws = async (filterCriteria) => (await list(client, { filterCriteria })).map(vulnerability).sort();
  const openssl = ["CVE-2024-0001", "CVE-2024-0003", "CVE-2024-0004", "CVE-2024-0006"];
  const critical = ["CVE-2020-14343", "CVE-2020-14343"];
  const all = [...openssl, ...critical, "CVE-2019-10744", "GHSA-8888-9999-aaaa"].sort();
  for (const [filterCriteria, expected] of [
    [{ severity: equals("CRITICAL") }, critical],
    [{ severity: equals("LOW", "INFORMATIONAL") }, ["CVE-2024-0003", "CVE-2024-0006"]],
    [{ severity: equals("LOW"), fixAvailable: equals("YES") }, []],
    [{ title: [{ comparison: "PREFIX", value: "CVE-2024-" }] }, openssl],
    [{ resourceType: [{ comparison: "NOT_EQUALS", value: "AWS_EC2_INSTANCE" }] }, ["CVE-2020-14343"]],
    [{ inspectorScore: [{ lowerInclusive: 7.5, upperInclusive: 9 }] }, ["CVE-2024-0001"]],
    [{ epssScore: [{ upperInclusive: 0.1 }] }, ["CVE-2024-0001"]],
    [{ vulnerablePackages: [{ name: { comparison: "EQUALS", value: "openssl" } }] }, openssl],
    [{ resourceTags: [{ comparison: "EQUALS", key: "team", value: "member" }] }, all],
    [{ resourceTags: [{ comparison: "EQUALS", key: "team", value: "other" }] }, []],
    [{ firstObservedAt: [{ startInclusive: new Date(0), endInclusive: new Date(Date.now() + 3_600_000) }] }, all],
    [{ firstObservedAt: [{ endInclusive: new Date(0) }] }, []],
    [{ ecrImageRepositoryName: equals("shop/web") }, ["CVE-2020-14343"]],
  ])
    assert.deepEqual(await flaws(filterCriteria), expected, JSON.stringify(filterCriteria));
});

test("pages hold every finding once, in order", async () => {
  const client = inspector("administrator");
  for (const pageSize of [1, 3, 100]) {
    const sortCriteria = { field: "VULNERABILITY_ID", sortOrder: "ASC" };
    const found = await pages(paginateListFindings({ client, pageSize }, { sortCriteria }), "findings");
    const full = found.slice(0, -1);
    assert.ok(full.every((page) => page.length === pageSize), `${pageSize}`);
    const flaws = found.flat().map(vulnerability);
    assert.deepEqual(flaws, [...flaws].sort());
    assert.equal(new Set(found.flat().map(({ findingArn }) => findingArn)).size, 10);
  }
});

test("details and the vulnerability itself", async () => {
  const client = inspector("member");
  const [finding] = await list(client, { filterCriteria: { vulnerabilityId: equals("CVE-2020-14343") } });
  const { findingArn } = finding;
  const { findingDetails, errors } = await client.send(
    new BatchGetFindingDetailsCommand({ findingArns: [findingArn, findingArn.replace(/.$/, (last) => (last === "0" ? "1" : "0"))] }),
  );
  assert.deepEqual(errors.map(({ errorCode }) => errorCode), ["FINDING_DETAILS_NOT_FOUND"]);
  const [detail] = findingDetails;
  assert.deepEqual([detail.findingArn, detail.cwes, detail.epssScore], [findingArn, ["CWE-20"], 0.5]);
  assert.equal(detail.cisaData.dateAdded.toISOString(), "2025-01-02T00:00:00.000Z");
  assert.equal(detail.cisaData.dateDue.toISOString(), "2025-01-23T00:00:00.000Z");
  const { vulnerabilities } = await client.send(
    new SearchVulnerabilitiesCommand({ filterCriteria: { vulnerabilityIds: ["CVE-2024-0001"] } }),
  );
  const [told] = vulnerabilities;
  assert.deepEqual([told.id, told.cvss3.baseScore, told.epss.score, told.cwes], ["CVE-2024-0001", 7.5, 0.01, ["CWE-476"]]);
});

test("sums are of what lists have", async () => {
  const client = inspector("administrator");
  const sums = async (aggregationType, aggregationRequest) => {
    const { responses } = await client.send(new ListFindingAggregationsCommand({ aggregationType, aggregationRequest }));
    return responses;
  };
  const byAccount = (await sums("ACCOUNT")).map(({ accountAggregation }) => accountAggregation);
  byAccount.sort((one, other) => one.accountId.localeCompare(other.accountId));
  assert.deepEqual(
    byAccount.map(({ accountId, severityCounts }) => [accountId, severityCounts.all, severityCounts.critical]),
    [
      [accounts.administrator, 2, 0],
      [accounts.member, 8, 2],
    ],
  );
  const byPackage = (await sums("PACKAGE", { packageAggregation: { sortBy: "ALL", sortOrder: "DESC" } })).map(
    ({ packageAggregation: { accountId, packageName, severityCounts } }) => [accountId, packageName, severityCounts.all],
  );
  assert.deepEqual(byPackage[0], [accounts.member, "openssl", 4]);
  assert.deepEqual(byPackage.slice(1).sort(), [
    [accounts.administrator, "lodash", 2],
    [accounts.member, "lodash", 2],
    [accounts.member, "pyyaml", 2],
  ]);
  const [repository] = await sums("REPOSITORY");
  assert.deepEqual(
    [repository.repositoryAggregation.repository, repository.repositoryAggregation.affectedImages],
    ["shop/web", 1],
  );
  const titles = await pages(
    paginateListFindingAggregations({ client, pageSize: 2 }, { aggregationType: "TITLE" }),
    "responses",
  );
  assert.deepEqual(titles.map((page) => page.length), [2, 2, 2, 2, 1]);
  const counted = titles.flat().reduce((sum, { titleAggregation }) => sum + titleAggregation.severityCounts.all, 0);
  assert.equal(counted, 10);
});

test("regions keep their data apart", async () => {
  const [here, there] = [inspector("member"), inspector("member", "eu-west-1")];
  const [finding, ...others] = await list(there);
  assert.deepEqual(others, []);
  assert.match(finding.findingArn, /^arn:aws:inspector2:eu-west-1:333333333333:finding\//);
  assert.deepEqual([finding.resources[0].id, finding.resources[0].region], ["i-0000000000000000b", "eu-west-1"]);
  for (const [client, count] of [[here, 0], [there, 1]])
    assert.equal((await list(client, { filterCriteria: { findingArn: equals(finding.findingArn) } })).length, count);
});
