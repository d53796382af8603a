// How accounts are scanned (F36, F59, F60, F63).

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AccessDeniedException,
  GetConfigurationCommand,
  UpdateConfigurationCommand,
  ValidationException,
} from "@aws-sdk/client-inspector2";
import { accounts, inspector, refused } from "./service.js";

const [administrator, member, alone] = ["administrator", "member", "alone"].map((profile) => inspector(profile));

async function mode(client, accountId) {
  const { ec2Configuration } = await client.send(new GetConfigurationCommand({ accountId }));
  assert.equal(ec2Configuration.scanModeState.scanModeStatus, "SUCCESS");
  return ec2Configuration.scanModeState.scanMode;
}

const scan = (scanMode, more = {}) => new UpdateConfigurationCommand({ ec2Configuration: { scanMode }, ...more });

test("an account alone configures itself", async () => {
  assert.equal(await mode(alone), "EC2_SSM_AGENT_BASED");
  await alone.send(scan("EC2_HYBRID"));
  assert.equal(await mode(alone), "EC2_HYBRID");
  for (const [rescanDuration, pullDateRescanDuration] of [
    ["DAYS_14", "DAYS_30"],
    ["LIFETIME", "DAYS_180"],
  ]) {
    const ecrConfiguration = { rescanDuration, pullDateRescanDuration };
    await alone.send(new UpdateConfigurationCommand({ ecrConfiguration }));
    const { rescanDurationState } = (await alone.send(new GetConfigurationCommand({}))).ecrConfiguration;
    assert.deepEqual(
      [rescanDurationState.rescanDuration, rescanDurationState.pullDateRescanDuration, rescanDurationState.status],
      [rescanDuration, pullDateRescanDuration, "SUCCESS"],
    );
    assert.ok(rescanDurationState.updatedAt instanceof Date);
  }
  const error = await refused(
    alone.send(new UpdateConfigurationCommand({ ecrConfiguration: { rescanDuration: "DAYS_15" } })),
    ValidationException,
  );
  assert.deepEqual(error.fields.map(({ name }) => name), ["ecrConfiguration.rescanDuration"]);
});

test("the administrator configures its members, who do not themselves", async () => {
  await refused(member.send(scan("EC2_HYBRID")), AccessDeniedException);
  await administrator.send(scan("EC2_HYBRID"));
  assert.deepEqual([await mode(administrator), await mode(member)], ["EC2_HYBRID", "EC2_HYBRID"]);
  await administrator.send(scan("EC2_SSM_AGENT_BASED", { accountId: accounts.member }));
  assert.equal(await mode(member), "EC2_SSM_AGENT_BASED");
  assert.equal(await mode(administrator, accounts.member), "EC2_SSM_AGENT_BASED");
  assert.equal(await mode(administrator), "EC2_HYBRID");
  const inherit = { accountId: accounts.member, updateConfigurationInheritance: { ec2Configuration: "INHERIT_FROM_ADMIN" } };
  await administrator.send(new UpdateConfigurationCommand(inherit));
  assert.equal(await mode(member), "EC2_HYBRID");
  for (const accountId of [accounts.alone, "999999999999"])
    await refused(administrator.send(scan("EC2_HYBRID", { accountId })), AccessDeniedException);
});
