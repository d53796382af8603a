// Faults are of the SDK's own classes with all that they carry, and nothing is tried twice.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AccessDeniedException,
  BadRequestException,
  ConflictException,
  CreateFilterCommand,
  DeleteFilterCommand,
  EnableDelegatedAdminAccountCommand,
  GetMemberCommand,
  Inspector2Client,
  Inspector2ServiceException,
  ListFindingsCommand,
  ListMembersCommand,
  ResourceNotFoundException,
  ValidationException,
} from "@aws-sdk/client-inspector2";
import { accounts, inspector, refused } from "./service.js";

const client = inspector("alone");

test("validation names the field", async () => {
  for (const [call, reason, field] of [
    [{ maxResults: 101 }, "FIELD_VALIDATION_FAILED", "maxResults"],
    [{ sortCriteria: { field: "TASTE", sortOrder: "ASC" } }, "FIELD_VALIDATION_FAILED", "sortCriteria.field"],
    [
      { filterCriteria: { title: [{ comparison: "PREFIX", value: "" }] } },
      "FIELD_VALIDATION_FAILED",
      "filterCriteria.title[0].value",
    ],
  ]) {
    const error = await refused(client.send(new ListFindingsCommand(call)), ValidationException);
    assert.equal(error.reason, reason);
    assert.deepEqual(error.fields.map(({ name }) => name), [field]);
    assert.ok(error.fields[0].message && error.message);
    assert.deepEqual([error.$fault, error.$metadata.httpStatusCode], ["client", 400]);
  }
});

test("what is not there", async () => {
  const arn = `arn:aws:inspector2:us-east-1:${accounts.alone}:owner/${accounts.alone}/filter/0123456789abcdef`;
  const error = await refused(client.send(new DeleteFilterCommand({ arn })), ResourceNotFoundException);
  assert.equal(error.$metadata.httpStatusCode, 404);
  const administrator = inspector("administrator");
  await refused(administrator.send(new GetMemberCommand({ accountId: accounts.alone })), ResourceNotFoundException);
});

test("what is there already", async () => {
  const filter = { name: "twice", action: "NONE", filterCriteria: {} };
  const { arn } = await client.send(new CreateFilterCommand(filter));
  const again = await refused(client.send(new CreateFilterCommand(filter)), BadRequestException);
  assert.match(again.message, /`twice`/);
  await client.send(new DeleteFilterCommand({ arn }));
  const other = new EnableDelegatedAdminAccountCommand({ delegatedAdminAccountId: accounts.newcomer });
  const error = await refused(inspector("management").send(other), ConflictException);
  assert.deepEqual([error.$metadata.httpStatusCode, error.resourceId, error.resourceType], [409, accounts.administrator, "DELEGATED_ADMIN_ACCOUNT"]);
});

test("what is another's", async () => {
  const error = await refused(inspector("member").send(new ListMembersCommand({})), AccessDeniedException);
  assert.equal(error.$metadata.httpStatusCode, 403);
});

test("keys that are not the service's", async () => {
  const stranger = new Inspector2Client({
    region: "us-east-1",
    credentials: { accessKeyId: "AKIAAAAAAAAAAAAAAAAA", secretAccessKey: "secret" },
  });
  const error = await refused(stranger.send(new ListFindingsCommand({})), Inspector2ServiceException);
  assert.deepEqual([error.name, error.$metadata.httpStatusCode], ["UnrecognizedClientException", 403]);
});
