// An organisation and what is turned on in it (F2, F13, F25, F27, F28, F44, F77). The newcomer comes and goes here.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AccessDeniedException,
  AssociateMemberCommand,
  BatchGetAccountStatusCommand,
  ConflictException,
  DescribeOrganizationConfigurationCommand,
  DisableCommand,
  DisableDelegatedAdminAccountCommand,
  DisassociateMemberCommand,
  EnableCommand,
  EnableDelegatedAdminAccountCommand,
  GetDelegatedAdminAccountCommand,
  GetMemberCommand,
  ListAccountPermissionsCommand,
  ListDelegatedAdminAccountsCommand,
  ListFindingsCommand,
  paginateListMembers,
  ResourceNotFoundException,
  UpdateOrganizationConfigurationCommand,
  ValidationException,
} from "@aws-sdk/client-inspector2";
import { accounts, inspector, pages, push, refused, until } from "./service.js";

const [management, administrator, member, newcomer, alone] = [
  "management",
  "administrator",
  "member",
  "newcomer",
  "alone",
].map((profile) => inspector(profile));

const associate = new AssociateMemberCommand({ accountId: accounts.newcomer });
const disassociate = new DisassociateMemberCommand({ accountId: accounts.newcomer });

async function members(onlyAssociated) {
  const found = await pages(paginateListMembers({ client: administrator, pageSize: 1 }, { onlyAssociated }), "members");
  return Object.fromEntries(found.flat().map(({ accountId, relationshipStatus }) => [accountId, relationshipStatus]));
}

/** The status of each type of scan in an account, as who asks is told. */
async function statuses(client, accountId) {
  const { accounts: told, failedAccounts } = await client.send(new BatchGetAccountStatusCommand({ accountIds: [accountId] }));
  assert.deepEqual(failedAccounts, []);
  const [{ resourceState, state }] = told;
  const types = ["ec2", "ecr", "lambda", "lambdaCode"].map((type) => [type, resourceState[type].status]);
  return { all: state.status, ...Object.fromEntries(types) };
}

test("the management account names the administrator, and nobody else does", async () => {
  const delegatedAdmin = { accountId: accounts.administrator, relationshipStatus: "ENABLED" };
  for (const client of [management, administrator, member, newcomer])
    assert.deepEqual((await client.send(new GetDelegatedAdminAccountCommand({}))).delegatedAdmin, delegatedAdmin);
  await refused(alone.send(new GetDelegatedAdminAccountCommand({})), ResourceNotFoundException);
  const name = (delegatedAdminAccountId) => new EnableDelegatedAdminAccountCommand({ delegatedAdminAccountId });
  for (const client of [administrator, member, newcomer, alone])
    await refused(client.send(name(accounts.newcomer)), AccessDeniedException);
  await refused(management.send(name(accounts.newcomer)), ConflictException);
  await refused(management.send(name(accounts.management)), ValidationException);
  await refused(management.send(name(accounts.alone)), ResourceNotFoundException);
  const listed = await management.send(new ListDelegatedAdminAccountsCommand({}));
  assert.deepEqual(listed.delegatedAdminAccounts, [{ accountId: accounts.administrator, status: "ENABLED" }]);
});

test("a member comes, has what is on for all, is seen, and goes", async () => {
  const seen = async () => {
    const { findings } = await administrator.send(new ListFindingsCommand({ maxResults: 100 }));
    return findings.filter(({ awsAccountId }) => awsAccountId === accounts.newcomer).length;
  };
  const autoEnable = { ec2: true, ecr: true, lambda: true, lambdaCode: true };
  for (const client of [member, management, alone])
    await refused(client.send(new UpdateOrganizationConfigurationCommand({ autoEnable })), AccessDeniedException);
  const updated = await administrator.send(new UpdateOrganizationConfigurationCommand({ autoEnable }));
  assert.deepEqual(updated.autoEnable, autoEnable);
  const told = await administrator.send(new DescribeOrganizationConfigurationCommand({}));
  assert.equal(told.maxAccountLimitReached, false);
  for (const type of Object.keys(autoEnable)) assert.equal(told.autoEnable[type], true, type);

  assert.deepEqual(await members(true), { [accounts.member]: "ENABLED" });
  for (const client of [member, management, newcomer]) await refused(client.send(associate), AccessDeniedException);
  assert.equal((await statuses(newcomer, accounts.newcomer)).all, "DISABLED");
  assert.equal((await administrator.send(associate)).accountId, accounts.newcomer);
  assert.deepEqual(await members(true), { [accounts.member]: "ENABLED", [accounts.newcomer]: "ENABLED" });
  const on = { all: "ENABLED", ec2: "ENABLED", ecr: "ENABLED", lambda: "ENABLED", lambdaCode: "ENABLED" };
  for (const client of [administrator, newcomer]) assert.deepEqual(await statuses(client, accounts.newcomer), on);
  const got = (await administrator.send(new GetMemberCommand({ accountId: accounts.newcomer }))).member;
  assert.deepEqual(
    [got.accountId, got.delegatedAdminAccountId, got.relationshipStatus],
    [accounts.newcomer, accounts.administrator, "ENABLED"],
  );
  assert.ok(got.updatedAt instanceof Date);

  push("newcomer", "host", "i-00000000000000010", "python.json");
  await until(seen, (count) => count === 1);
  await refused(member.send(disassociate), AccessDeniedException);
  await administrator.send(disassociate);
  assert.equal(await seen(), 0);
  assert.equal((await newcomer.send(new ListFindingsCommand({}))).findings.length, 1);
  assert.deepEqual(await members(true), { [accounts.member]: "ENABLED" });
  assert.equal((await members(false))[accounts.newcomer], "REMOVED");
});

test("types of scan are turned on and off for all at once", async () => {
  const accountIds = [accounts.administrator, accounts.member];
  const resourceTypes = ["EC2", "ECR", "LAMBDA", "LAMBDA_CODE"];
  const enabled = await administrator.send(new EnableCommand({ accountIds, resourceTypes }));
  assert.deepEqual([enabled.accounts.map(({ status }) => status), enabled.failedAccounts], [["ENABLED", "ENABLED"], []]);
  for (const accountId of accountIds)
    assert.deepEqual(new Set(Object.values(await statuses(administrator, accountId))), new Set(["ENABLED"]));
  await administrator.send(new DisableCommand({ accountIds, resourceTypes: ["LAMBDA"] }));
  for (const [client, accountId] of [
    [administrator, accounts.administrator],
    [administrator, accounts.member],
    [member, accounts.member],
  ])
    assert.deepEqual(await statuses(client, accountId), {
      all: "ENABLED",
      ec2: "ENABLED",
      ecr: "ENABLED",
      lambda: "DISABLED",
      lambdaCode: "DISABLED",
    });
});

test("members and accounts alone turn on their own, and nobody another's", async () => {
  for (const [client, accountId] of [
    [member, accounts.member],
    [alone, accounts.alone],
  ]) {
    const { accounts: told } = await client.send(new EnableCommand({ resourceTypes: ["LAMBDA"] }));
    assert.deepEqual(told.map((account) => [account.accountId, account.resourceStatus.lambda]), [[accountId, "ENABLED"]]);
  }
  const foreign = new EnableCommand({ accountIds: [accounts.newcomer], resourceTypes: ["ECR"] });
  for (const client of [member, alone, management]) {
    const { failedAccounts } = await client.send(foreign);
    assert.deepEqual(failedAccounts.map(({ errorCode }) => errorCode), ["ACCESS_DENIED"]);
  }
  await refused(alone.send(new EnableCommand({ resourceTypes: ["TASTE"] })), ValidationException);
  const { permissions } = await alone.send(new ListAccountPermissionsCommand({ service: "EC2" }));
  assert.deepEqual(permissions.map(({ operation }) => operation).sort(), ["DISABLE_SCANNING", "ENABLE_SCANNING"]);
});
