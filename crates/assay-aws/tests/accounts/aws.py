"""AWS for the tests of the connector: moto, and before it what moto lacks.

Usage: aws.py REGISTRY

It prints its address, and then does what lines on its standard input say, answering each with a line of JSON. moto has no
inventories of Systems Manager, no snapshots with blocks for instances, no downloads of packages and no registry; these are answered
here. It also lets AWS be slow to answer, refuse, and answer what is no answer.
"""

import base64
import gzip
import hashlib
import io
import json
import logging
import os
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"

import boto3  # noqa: E402
from botocore.config import Config
from moto.server import ThreadedMotoServer

REGION = "eu-west-1"
HOME = "123456789012"
BLOCK = 512 * 1024

# What is answered in place of moto.
inventories = {}
packages = {}
snapshots = []
image_snapshots = {}
aged = {}
busy = {"DescribeInstances": 2, "ListFunctions": 1}
refused = set()
calls = []
actions = set()


def kept(name):
    """How often something was asked."""
    return sum(1 for call in calls if call == name)


class StandIn(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body, kind="application/json", headers=()):
        body = body if isinstance(body, bytes) else body.encode()
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def forward(self, body, change=None):
        request = urllib.request.Request(moto + self.path, data=body or None, method=self.command)
        for name, value in self.headers.items():
            if name.lower() not in ("host", "content-length", "accept-encoding", "connection"):
                request.add_header(name, value)
        # By this moto tells services apart.
        request.add_header("host", self.headers["host"])
        try:
            with urllib.request.urlopen(request) as response:
                status, data, headers = response.status, response.read(), response.headers
        except urllib.error.HTTPError as error:
            status, data, headers = error.code, error.read(), error.headers
        if headers.get("content-encoding") == "gzip":
            data = gzip.decompress(data)
        if change and status == 200:
            data = json.dumps(change(json.loads(data))).encode()
        if self.operation == "DescribeImages":
            for made_up, id in image_snapshots.items():
                data = data.replace(made_up.encode(), id.encode())
        names = ("x-amz-checksum", "x-amz-checksum-algorithm", "x-amzn-errortype")
        more = [(name, headers[name]) for name in names if headers.get(name)]
        self.answer(status, data, headers.get("content-type", ""), more)

    def note(self, operation):
        """Notes what was asked, as policies name it."""
        self.operation = operation
        calls.append(operation)
        scope = self.headers.get("authorization", "").split("Credential=")[-1].split(",")[0].split("/")
        if len(scope) == 5:
            # Policies know one by another name than signatures.
            service = {"monitoring": "cloudwatch"}.get(scope[3], scope[3])
            actions.add(f"{service}:{operation}")

    def do_GET(self):
        parts = urllib.parse.urlparse(self.path).path.strip("/").split("/")
        operations = {
            ("functions", 2): "ListFunctions",
            ("functions", 3): "GetFunction",
            ("functions", 4): "ListVersionsByFunction",
            ("tags", 3): "ListTags",
            ("layers", 2): "GetLayerVersion",
            ("blocks", 3): "ListSnapshotBlocks",
            ("blocks", 4): "GetSnapshotBlock",
        }
        kind = parts[2] if "blocks" in parts else parts[min(1, len(parts) - 1)]
        self.note(operations.get((kind, len(parts)), self.path))
        if self.path.startswith("/code/"):
            return self.answer(200, packages[self.path[len("/code/"):]], "application/zip")
        if self.operation in refused:
            fault = {"Message": "no", "Reason": "DEPENDENCY_ACCESS_DENIED"}
            return self.answer(403, json.dumps(fault), headers=[("x-amzn-errortype", "AccessDeniedException")])
        path = urllib.parse.urlparse(self.path).path
        if path == "/2015-03-31/functions/" and self.is_busy("ListFunctions"):
            fault = {"message": "Rate exceeded", "Type": "User"}
            return self.answer(429, json.dumps(fault), headers=[("x-amzn-errortype", "TooManyRequestsException")])
        if path.startswith("/2015-03-31/functions/") and path.count("/") == 3 and not path.endswith("/"):
            name = path.rsplit("/", 1)[1]

            def here(answer):
                if "Location" in answer.get("Code", {}):
                    answer["Code"]["Location"] = f"{address}/code/{name}"
                # moto makes a digest up.
                answer.get("Code", {}).pop("ResolvedImageUri", None)
                return answer

            return self.forward(b"", lambda answer: older(here(answer)))
        if path == "/2015-03-31/functions/":
            return self.forward(b"", older)
        if path == "/2018-10-31/layers":
            arn = urllib.parse.parse_qs(urllib.parse.urlparse(self.path).query)["Arn"][0]
            return self.answer(200, json.dumps({"Content": {"Location": f"{address}/code/{arn}"}}))
        return self.forward(b"")

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        target = self.headers.get("x-amz-target", "")
        service, _, operation = target.partition(".")
        if not operation:
            operation = urllib.parse.parse_qs(body.decode(errors="replace")).get("Action", [""])[0]
        self.note(operation)
        if service == "AmazonSSM":
            return self.systems_manager(operation, json.loads(body))
        if operation in refused:
            return self.refuse(403, "UnauthorizedOperation")
        if service.startswith("AmazonEC2Container") and self.is_busy(operation):
            return self.answer(400, json.dumps({"__type": "ThrottlingException", "message": "Rate exceeded"}))
        if operation == "GetAuthorizationToken":
            token = base64.b64encode(b"AWS:secret").decode()
            told = {"authorizationToken": token, "expiresAt": time.time() + 43200, "proxyEndpoint": f"http://{registry}"}
            return self.answer(200, json.dumps({"authorizationData": [told]}))
        if operation == "DescribeInstances" and self.is_busy(operation):
            return self.refuse(503, "RequestLimitExceeded")
        if operation == "DescribeTransitGateways":
            return self.refuse(403, "UnauthorizedOperation")
        if operation == "DescribeVpnGateways":
            return self.answer(502, "<html><body>Bad Gateway</body></html>", "text/html")
        if operation == "CreateSnapshots":
            return self.answer(200, create_snapshots(), "text/xml")
        return self.forward(body)

    do_PUT = do_DELETE = do_POST

    def is_busy(self, operation):
        busy[operation] = busy.get(operation, 0) - 1
        return busy[operation] >= 0

    def refuse(self, status, code):
        fault = f"<Response><Errors><Error><Code>{code}</Code><Message>no</Message></Error></Errors></Response>"
        self.answer(status, fault, "text/xml")

    def systems_manager(self, operation, asked):
        if operation == "DescribeInstanceInformation":
            known = [{"InstanceId": id, "PingStatus": "Online"} for id in inventories]
            return self.answer(200, json.dumps({"InstanceInformationList": known}))
        entries = inventories[asked["InstanceId"]]["Entries"].get(asked["TypeName"], [])
        start = int(asked.get("NextToken", 0))
        end = start + asked["MaxResults"]
        told = {
            "TypeName": asked["TypeName"],
            "InstanceId": asked["InstanceId"],
            "SchemaVersion": "1.1",
            "CaptureTime": inventories[asked["InstanceId"]]["CaptureTime"],
            "Entries": entries[start:end],
        }
        if end < len(entries):
            told["NextToken"] = str(end)
        return self.answer(200, json.dumps(told))


def create_snapshots():
    items = "".join(
        f"<item><snapshotId>{id}</snapshotId><volumeSize>1</volumeSize><state>pending</state></item>" for id in snapshots
    )
    return f"<CreateSnapshotsResponse><snapshotSet>{items}</snapshotSet></CreateSnapshotsResponse>"


def client(service, account=None, region=REGION):
    keys = {"aws_access_key_id": "home", "aws_secret_access_key": "home"}
    if account:
        role = client("sts").assume_role(RoleArn=f"arn:aws:iam::{account}:role/Assay", RoleSessionName="test")
        told = role["Credentials"]
        keys = {
            "aws_access_key_id": told["AccessKeyId"],
            "aws_secret_access_key": told["SecretAccessKey"],
            "aws_session_token": told["SessionToken"],
        }
    settings = Config(retries={"max_attempts": 1})
    return boto3.client(service, region_name=region, endpoint_url=moto, config=settings, **keys)


def archive(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, text in files.items():
            made.writestr(name, text)
    return buffer.getvalue()


def wheel(name, version):
    return {f"{name}-{version}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"}


# What lines on standard input ask for.


def allow(operation, allowed):
    refused.discard(operation) if allowed else refused.add(operation)


def throttle(operation, times):
    busy[operation] = times


def asked():
    """What the connector was to be allowed."""
    return sorted(actions)


def organization():
    """An organisation with one other account."""
    client("organizations").create_organization(FeatureSet="ALL")
    made = client("organizations").create_account(Email="a@example.org", AccountName="member")
    return made["CreateAccountStatus"]["AccountId"]


def run_instance(account=None, **tags):
    """An instance in a network that the internet reaches."""
    ec2 = client("ec2", account)
    image = ec2.register_image(Name=f"base-{time.time()}", RootDeviceName="/dev/sda1")["ImageId"]
    listed = [{"Key": key, "Value": value} for key, value in tags.items()]
    made = ec2.run_instances(
        ImageId=image,
        MinCount=1,
        MaxCount=1,
        InstanceType="t3.micro",
        TagSpecifications=[{"ResourceType": "instance", "Tags": listed}] if listed else [],
    )
    return made["Instances"][0]["InstanceId"]


def tag_instance(id, key, value):
    client("ec2").create_tags(Resources=[id], Tags=[{"Key": key, "Value": value}])


def untag_instance(id, key):
    client("ec2").delete_tags(Resources=[id], Tags=[{"Key": key}])


def stop_instance(id):
    client("ec2").stop_instances(InstanceIds=[id])


def terminate_instance(id, account=None):
    client("ec2", account).terminate_instances(InstanceIds=[id])


def inventory(id, captured, applications, about):
    """What Systems Manager knows of an instance."""
    inventories[id] = {
        "CaptureTime": captured,
        "Entries": {"AWS:Application": applications, "AWS:InstanceInformation": [about]},
    }


def disk(path):
    """A disk of which the next instance that is read has a snapshot."""
    ebs = client("ebs")
    with open(path, "rb") as file:
        data = file.read()
    id = ebs.start_snapshot(VolumeSize=1)["SnapshotId"]
    changed = 0
    for at in range(0, len(data), BLOCK):
        block = data[at:at + BLOCK].ljust(BLOCK, b"\0")
        if block.strip(b"\0"):
            checksum = base64.b64encode(hashlib.sha256(block).digest()).decode()
            ebs.put_snapshot_block(
                SnapshotId=id,
                BlockIndex=at // BLOCK,
                BlockData=block,
                DataLength=len(block),
                Checksum=checksum,
                ChecksumAlgorithm="SHA256",
            )
            changed += 1
    ebs.complete_snapshot(SnapshotId=id, ChangedBlocksCount=changed)
    snapshots.append(id)
    return id


def machine_image(path, tags):
    """A machine image that consists of a disk."""
    ec2 = client("ec2")
    id = ec2.register_image(Name=f"golden-{time.time()}", RootDeviceName="/dev/sda1")["ImageId"]
    told = ec2.describe_images(ImageIds=[id])["Images"][0]
    # moto makes a snapshot up.
    image_snapshots[told["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]] = disk(path)
    ec2.create_tags(Resources=[id], Tags=[{"Key": key, "Value": value} for key, value in tags.items()])
    return id


def deregister(id):
    client("ec2").deregister_image(ImageId=id)


def older(answer):
    """What Lambda tells of functions, of which some were changed long ago."""
    for function in answer.get("Functions", [answer.get("Configuration", {})]):
        function["LastModified"] = aged.get(function.get("FunctionName"), function.get("LastModified"))
    return answer


def age(name, days, invoked):
    """A function that was changed, and last invoked, so many days ago."""
    at = time.gmtime(time.time() - days * 86400)
    aged[name] = time.strftime("%Y-%m-%dT%H:%M:%S.000+0000", at)
    client("cloudwatch").put_metric_data(
        Namespace="AWS/Lambda",
        MetricData=[
            {
                "MetricName": "Invocations",
                "Dimensions": [{"Name": "FunctionName", "Value": name}],
                "Timestamp": time.time() - invoked * 86400,
                "Value": 3,
            }
        ],
    )


def list_snapshots():
    made = client("ec2").describe_snapshots(OwnerIds=["self"])["Snapshots"]
    return [snapshot["SnapshotId"] for snapshot in made if snapshot["SnapshotId"] in snapshots]


def push_image(repository, tag, manifest, digest, kind):
    ecr = client("ecr")
    try:
        ecr.create_repository(repositoryName=repository)
    except ecr.exceptions.RepositoryAlreadyExistsException:
        pass
    ecr.put_image(
        repositoryName=repository,
        imageTag=tag,
        imageManifest=manifest,
        imageDigest=digest,
        imageManifestMediaType=kind,
    )


def delete_image(repository, digest):
    client("ecr").batch_delete_image(repositoryName=repository, imageIds=[{"imageDigest": digest}])


def scan_settings(rules):
    client("ecr").put_registry_scanning_configuration(scanType="ENHANCED", rules=rules)


def create_function(name, files, layer=None, tags=None):
    code = archive(files)
    role = "arn:aws:iam::123456789012:role/function"
    client("iam").create_role(RoleName="function", AssumeRolePolicyDocument="{}") if name == "pay" else None
    packages[name] = code
    layers = []
    if layer:
        below = archive(layer)
        made = client("lambda").publish_layer_version(LayerName="libs", Content={"ZipFile": below})
        layers = [made["LayerVersionArn"]]
        packages[layers[0]] = below
    client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.12",
        Role=role,
        Handler="main.handler",
        Code={"ZipFile": code},
        Layers=layers,
        Tags=tags or {},
    )
    return layers


def create_function_of_image(name, repository, digest):
    client("lambda").create_function(
        FunctionName=name,
        PackageType="Image",
        Role="arn:aws:iam::123456789012:role/function",
        Code={"ImageUri": f"{HOME}.dkr.ecr.{REGION}.amazonaws.com/{repository}@{digest}"},
    )


def update_function(name, files):
    packages[name] = archive(files)
    client("lambda").update_function_code(FunctionName=name, ZipFile=packages[name])


def delete_function(name):
    client("lambda").delete_function(FunctionName=name)


def network():
    """A network with a load balancer and a prefix list."""
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    zones = [f"{REGION}a", f"{REGION}b"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.1.{at}.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for at, zone in enumerate(zones)
    ]
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
    permission = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])
    entries = [{"Cidr": "10.9.0.0/16", "Description": "office"}]
    ec2.create_managed_prefix_list(PrefixListName="office", Entries=entries, MaxEntries=5, AddressFamily="IPv4")
    balancing = client("elbv2")
    made = balancing.create_load_balancer(Name="web", Subnets=subnets, SecurityGroups=[group])
    arn = made["LoadBalancers"][0]["LoadBalancerArn"]
    target = balancing.create_target_group(Name="web", Protocol="HTTP", Port=80, VpcId=vpc)
    target = target["TargetGroups"][0]["TargetGroupArn"]
    forward = [{"Type": "forward", "TargetGroupArn": target}]
    balancing.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=forward)
    return {"vpc": vpc, "group": group}


def queue():
    return client("sqs").create_queue(QueueName="assay")["QueueUrl"].replace(moto, address)


def happens(url, event):
    """What EventBridge would put into the queue."""
    client("sqs").send_message(QueueUrl=url.replace(address, moto), MessageBody=json.dumps(event))


logging.getLogger("werkzeug").setLevel(logging.ERROR)
registry = sys.argv[1]
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
moto = f"http://{host}:{port}"
stand_in = ThreadingHTTPServer(("127.0.0.1", 0), StandIn)
threading.Thread(target=stand_in.serve_forever, daemon=True).start()
address = f"http://127.0.0.1:{stand_in.server_address[1]}"
print(json.dumps(address), flush=True)
for line in sys.stdin:
    name, arguments = json.loads(line)
    print(json.dumps(globals()[name](**arguments)), flush=True)
