//! The services of AWS that are asked, and how each is spoken to.

/// A service that is spoken to by a protocol.
#[derive(Debug)]
pub(crate) struct AwsService<P> {
    pub(super) at: Address,
    pub(super) protocol: P,
}

/// Where a service is found, whatever its protocol.
#[derive(Debug)]
pub(crate) struct Address {
    /// Its id as variables of the environment that name endpoints have it, such as `AWS_ENDPOINT_URL_EC2`.
    pub(super) id: &'static str,
    /// What its host begins with.
    pub(super) host: &'static str,
    /// What signatures are scoped to.
    pub(super) signing_name: &'static str,
    pub(super) scope: Scope,
}

/// Forms, and XML of these shapes.
#[derive(Debug)]
pub(crate) struct Query {
    pub(super) shapes: &'static str,
    /// What a page is asked for by, and what the last told the next by.
    pub(super) tokens: (&'static str, &'static str),
}

/// JSON, with the operation in a header.
#[derive(Debug)]
pub(crate) struct Json {
    pub(super) target: &'static str,
    pub(super) version: &'static str,
    /// What pages are told and asked for by.
    pub(super) token: &'static str,
}

/// Paths, and JSON or bytes.
#[derive(Debug)]
pub(crate) struct Rest {
    /// What a page is asked for by, and what the last told the next by.
    pub(super) tokens: (&'static str, &'static str),
}

/// Where a service is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// In each region.
    Region,
    /// Once for a partition.
    Partition,
}

macro_rules! services {
    ($($name:ident: $protocol:ident = $id:literal, $host:literal, $signing:literal, $scope:ident, { $($how:tt)* };)*) => {
        $(pub(crate) static $name: AwsService<$protocol> = AwsService {
            at: Address {
                id: $id,
                host: $host,
                signing_name: $signing,
                scope: Scope::$scope,
            },
            protocol: $protocol { $($how)* },
        };)*
    };
}

services! {
    EC2: Query = "EC2", "ec2", "ec2", Region, { shapes: "ec2", tokens: ("NextToken", "NextToken") };
    ELB: Query = "ELASTIC_LOAD_BALANCING", "elasticloadbalancing", "elasticloadbalancing", Region,
        { shapes: "elb", tokens: ("Marker", "NextMarker") };
    ELBV2: Query = "ELASTIC_LOAD_BALANCING_V2", "elasticloadbalancing", "elasticloadbalancing", Region,
        { shapes: "elbv2", tokens: ("Marker", "NextMarker") };
    // It lists nothing that is asked for.
    STS: Query = "STS", "sts", "sts", Region, { shapes: "sts", tokens: ("", "") };
    ECR: Json = "ECR", "api.ecr", "ecr", Region,
        { target: "AmazonEC2ContainerRegistry_V20150921", version: "1.1", token: "nextToken" };
    SSM: Json = "SSM", "ssm", "ssm", Region, { target: "AmazonSSM", version: "1.1", token: "NextToken" };
    ORGANIZATIONS: Json = "ORGANIZATIONS", "organizations", "organizations", Partition,
        { target: "AWSOrganizationsV20161128", version: "1.1", token: "NextToken" };
    CLOUDWATCH: Json = "CLOUDWATCH", "monitoring", "monitoring", Region,
        { target: "GraniteServiceVersion20100801", version: "1.0", token: "NextToken" };
    SQS: Json = "SQS", "sqs", "sqs", Region, { target: "AmazonSQS", version: "1.0", token: "NextToken" };
    LAMBDA: Rest = "LAMBDA", "lambda", "lambda", Region, { tokens: ("Marker", "NextMarker") };
    EBS: Rest = "EBS", "ebs", "ebs", Region, { tokens: ("pageToken", "NextToken") };
}
