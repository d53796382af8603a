// Coverage and what it costs (F6, F15, F22, F23, F33).

import assert from "node:assert/strict";
import { before, test } from "node:test";
import {
  BatchGetFreeTrialInfoCommand,
  ListCoverageStatisticsCommand,
  ListUsageTotalsCommand,
  paginateListCoverage,
  paginateListFindings,
  paginateListUsageTotals,
} from "@aws-sdk/client-inspector2";
import { accounts, equals, inspector, pages, push, until } from "./service.js";

const client = inspector("alone");

async function covered(who = client, filterCriteria = undefined) {
  return (await pages(paginateListCoverage({ client: who, pageSize: 1 }, { filterCriteria }), "coveredResources")).flat();
}

const assessed = (resources) => resources.every(({ scanStatus }) => scanStatus.reason === "SUCCESSFUL");

/** How many resources there are of each group, by the statistics and by the list. */
async function counted(groupBy, group) {
  const { totalCounts, countsByGroup } = await client.send(new ListCoverageStatisticsCommand({ groupBy }));
  const listed = {};
  for (const resource of await covered()) listed[group(resource)] = (listed[group(resource)] ?? 0) + 1;
  const told = Object.fromEntries(countsByGroup.map(({ groupKey, count }) => [groupKey, count]));
  assert.deepEqual(told, listed);
  assert.equal(totalCounts, Object.values(listed).reduce((sum, count) => sum + count, 0));
  return told;
}

before(() => until(covered, assessed));

test("statistics are of what lists have, and move with a push", async () => {
  const groups = [
    ["RESOURCE_TYPE", ({ resourceType }) => resourceType],
    ["ACCOUNT_ID", ({ accountId }) => accountId],
    ["SCAN_STATUS_CODE", ({ scanStatus }) => scanStatus.statusCode],
    ["SCAN_STATUS_REASON", ({ scanStatus }) => scanStatus.reason],
  ];
  const before = {};
  for (const [name, group] of groups) before[name] = await counted(name, group);
  assert.deepEqual(before.RESOURCE_TYPE, { AWS_EC2_INSTANCE: 2 });
  assert.deepEqual(before.SCAN_STATUS_REASON, { SUCCESSFUL: 2 });
  push("alone", "host", "i-0000000000000000f", "node.json");
  const found = await until(covered, (resources) => resources.length === 3 && assessed(resources));
  for (const [name, group] of groups) {
    const [[key, count]] = Object.entries(before[name]);
    assert.deepEqual(await counted(name, group), { [key]: count + 1 });
  }
  const fresh = found.find(({ resourceId }) => resourceId === "i-0000000000000000f");
  assert.deepEqual(
    [fresh.accountId, fresh.resourceType, fresh.scanType, fresh.scanMode, fresh.resourceMetadata.ec2.tags],
    [accounts.alone, "AWS_EC2_INSTANCE", "PACKAGE", "EC2_INSPECTOR_AGENT_BASED", { team: "alone" }],
  );
  assert.ok(fresh.lastScannedAt instanceof Date);
  // It is scanned without being told to.
  const flaws = paginateListFindings({ client }, { filterCriteria: { resourceId: equals(fresh.resourceId) } });
  const ids = (await pages(flaws, "findings")).flat().map((finding) => finding.packageVulnerabilityDetails.vulnerabilityId);
  assert.deepEqual(ids.sort(), ["CVE-2019-10744", "GHSA-8888-9999-aaaa"]);
});

test("the administrator is told of its members' resources, filtered too", async () => {
  const administrator = inspector("administrator");
  await until(() => covered(administrator), assessed);
  const told = (await covered(administrator)).map(({ accountId, resourceType }) => `${accountId} ${resourceType}`).sort();
  assert.deepEqual(told, [
    "222222222222 AWS_EC2_INSTANCE",
    "333333333333 AWS_EC2_INSTANCE",
    "333333333333 AWS_ECR_CONTAINER_IMAGE",
    "333333333333 AWS_ECR_REPOSITORY",
  ]);
  const criteria = { ec2InstanceTags: [{ comparison: "EQUALS", key: "team", value: "member" }] };
  const [one, ...others] = await covered(administrator, criteria);
  assert.deepEqual([one.resourceId, others], ["i-0000000000000000a", []]);
});

test("the trial is free for fifteen days", async () => {
  const { accounts: told, failedAccounts } = await client.send(
    new BatchGetFreeTrialInfoCommand({ accountIds: [accounts.alone, accounts.member] }),
  );
  assert.deepEqual(failedAccounts.map(({ accountId, code }) => [accountId, code]), [[accounts.member, "ACCESS_DENIED"]]);
  const [trial] = told[0].freeTrialInfo.filter(({ type }) => type === "EC2");
  assert.equal(trial.status, "ACTIVE");
  assert.equal(trial.end - trial.start, 15 * 24 * 3_600_000);
});

test("what was used is told with what it would cost", async () => {
  const administrator = inspector("administrator");
  const totals = (await pages(paginateListUsageTotals({ client: administrator }, {}), "totals")).flat();
  const image = totals
    .find(({ accountId }) => accountId === accounts.member)
    .usage.find(({ type }) => type === "ECR_INITIAL_SCAN");
  assert.deepEqual([image.total, image.currency], [1, "USD"]);
  assert.ok(image.estimatedMonthlyCost > 0);
  const own = await client.send(new ListUsageTotalsCommand({}));
  assert.ok(own.totals.every(({ accountId }) => accountId === accounts.alone));
});
