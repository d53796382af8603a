//! The services of AWS that are asked, and how each is spoken to.

/// A service.
#[derive(Debug)]
pub(crate) struct AwsService {
    /// Its id as variables of the environment that name endpoints have it, such as `AWS_ENDPOINT_URL_EC2`.
    pub(crate) id: &'static str,
    /// What its host begins with.
    pub(crate) host: &'static str,
    /// What signatures are scoped to.
    pub(crate) signing_name: &'static str,
    pub(crate) protocol: Protocol,
    pub(crate) scope: Scope,
}

/// How requests and answers look.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Protocol {
    /// Forms, and XML of these shapes.
    Query { shapes: &'static str },
    /// JSON, with the operation in a header.
    Json {
        target: &'static str,
        version: &'static str,
    },
    /// Paths, and JSON or bytes.
    Rest,
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
    ($($name:ident = $id:literal, $host:literal, $signing:literal, $scope:ident, $protocol:expr;)*) => {
        $(pub(crate) static $name: AwsService = AwsService {
            id: $id,
            host: $host,
            signing_name: $signing,
            protocol: $protocol,
            scope: Scope::$scope,
        };)*
    };
}

services! {
    EC2 = "EC2", "ec2", "ec2", Region, Protocol::Query { shapes: "ec2" };
    ELB = "ELASTIC_LOAD_BALANCING", "elasticloadbalancing", "elasticloadbalancing", Region, Protocol::Query { shapes: "elb" };
    ELBV2 = "ELASTIC_LOAD_BALANCING_V2", "elasticloadbalancing", "elasticloadbalancing", Region,
        Protocol::Query { shapes: "elbv2" };
    STS = "STS", "sts", "sts", Region, Protocol::Query { shapes: "sts" };
    ECR = "ECR", "api.ecr", "ecr", Region,
        Protocol::Json { target: "AmazonEC2ContainerRegistry_V20150921", version: "1.1" };
    SSM = "SSM", "ssm", "ssm", Region, Protocol::Json { target: "AmazonSSM", version: "1.1" };
    ORGANIZATIONS = "ORGANIZATIONS", "organizations", "organizations", Partition,
        Protocol::Json { target: "AWSOrganizationsV20161128", version: "1.1" };
    SQS = "SQS", "sqs", "sqs", Region, Protocol::Json { target: "AmazonSQS", version: "1.0" };
    LAMBDA = "LAMBDA", "lambda", "lambda", Region, Protocol::Rest;
    EBS = "EBS", "ebs", "ebs", Region, Protocol::Rest;
}
