// What is on the same endpoint beside Inspector's API: the registry, the organisation, roles (F12, F31, F32).

import assert from "node:assert/strict";
import { before, test } from "node:test";
import {
  BatchGetRepositoryScanningConfigurationCommand,
  DescribeImageScanFindingsCommand,
  ECRClient,
  GetRegistryScanningConfigurationCommand,
  PutRegistryScanningConfigurationCommand,
  RepositoryNotFoundException,
} from "@aws-sdk/client-ecr";
import { Inspector2Client, ListCoverageCommand, ListFindingsCommand } from "@aws-sdk/client-inspector2";
import { DescribeOrganizationCommand, OrganizationsClient, paginateListAccounts } from "@aws-sdk/client-organizations";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { accounts, clientOf, equals, inspector, pages, refused, until } from "./service.js";

const registry = clientOf(ECRClient, "member");
const client = inspector("member");
const repositoryName = "shop/web";

const images = { filterCriteria: { resourceType: equals("AWS_ECR_CONTAINER_IMAGE") } };

before(() => until(async () => (await client.send(new ListFindingsCommand(images))).findings, (found) => found.length === 1));

test("the registry tells of an image what Inspector's API lists", async () => {
  const { findings } = await client.send(new ListFindingsCommand(images));
  const imageId = { imageDigest: `sha256:${"ab".repeat(32)}` };
  const told = await registry.send(new DescribeImageScanFindingsCommand({ repositoryName, imageId }));
  assert.equal(told.imageScanStatus.status, "ACTIVE");
  assert.deepEqual(told.imageScanFindings.findingSeverityCounts, { CRITICAL: 1 });
  const brief = (found, score) =>
    found.map((finding) => [
      finding.findingArn,
      finding.title,
      finding.severity,
      finding.status,
      finding[score],
      finding.firstObservedAt.getTime(),
      finding.packageVulnerabilityDetails.vulnerabilityId,
      finding.packageVulnerabilityDetails.vulnerablePackages.map(({ name, version }) => `${name} ${version}`),
      finding.resources.map(({ id }) => id),
    ]);
  assert.deepEqual(brief(told.imageScanFindings.enhancedFindings, "score"), brief(findings, "inspectorScore"));
  const unknown = new DescribeImageScanFindingsCommand({ repositoryName: "none", imageId });
  await refused(registry.send(unknown), RepositoryNotFoundException);
});

test("rules choose repositories, and both APIs tell so", async () => {
  const rules = (filter) => [{ scanFrequency: "CONTINUOUS_SCAN", repositoryFilters: [{ filter, filterType: "WILDCARD" }] }];
  const covered = async () => {
    const filterCriteria = { resourceType: equals("AWS_ECR_REPOSITORY") };
    const { coveredResources } = await client.send(new ListCoverageCommand({ filterCriteria }));
    return coveredResources.map(({ resourceMetadata: { ecrRepository } }) => [ecrRepository.name, ecrRepository.scanFrequency]);
  };
  for (const [filter, frequency] of [
    ["none*", "MANUAL"],
    ["shop/*", "CONTINUOUS_SCAN"],
  ]) {
    const put = new PutRegistryScanningConfigurationCommand({ scanType: "ENHANCED", rules: rules(filter) });
    assert.deepEqual((await registry.send(put)).registryScanningConfiguration.rules, rules(filter));
    const got = await registry.send(new GetRegistryScanningConfigurationCommand({}));
    assert.deepEqual(got.scanningConfiguration, { scanType: "ENHANCED", rules: rules(filter) });
    const names = { repositoryNames: [repositoryName] };
    const { scanningConfigurations } = await registry.send(new BatchGetRepositoryScanningConfigurationCommand(names));
    const [told] = scanningConfigurations;
    assert.deepEqual([told.repositoryName, told.scanFrequency], [repositoryName, frequency]);
    assert.deepEqual(await covered(), [[repositoryName, frequency]]);
  }
});

test("the organisation has its accounts", async () => {
  const organizations = clientOf(OrganizationsClient, "management");
  const { Organization } = await organizations.send(new DescribeOrganizationCommand({}));
  assert.equal(Organization.MasterAccountId, accounts.management);
  const listed = (await pages(paginateListAccounts({ client: organizations }, {}), "Accounts")).flat();
  const { alone, ...ours } = accounts;
  assert.deepEqual(listed.map(({ Id }) => Id).sort(), Object.values(ours).sort());
});

test("the administrator acts in a member by a role", async () => {
  const sts = clientOf(STSClient, "administrator");
  assert.equal((await sts.send(new GetCallerIdentityCommand({}))).Account, accounts.administrator);
  const RoleArn = `arn:aws:iam::${accounts.member}:role/AssayAuditor`;
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "javascript" }));
  const assumed = new Inspector2Client({
    region: "us-east-1",
    credentials: {
      accessKeyId: Credentials.AccessKeyId,
      secretAccessKey: Credentials.SecretAccessKey,
      sessionToken: Credentials.SessionToken,
    },
  });
  const { findings } = await assumed.send(new ListFindingsCommand({ maxResults: 100 }));
  assert.deepEqual([...new Set(findings.map(({ awsAccountId }) => awsAccountId))], [accounts.member]);
});
