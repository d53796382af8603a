// Filters, reports of findings and exports of bills of materials (F8, F54 to F58).

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import {
  CancelFindingsReportCommand,
  CreateFilterCommand,
  CreateFindingsReportCommand,
  CreateSbomExportCommand,
  DeleteFilterCommand,
  GetFindingsReportStatusCommand,
  GetSbomExportCommand,
  ListFindingsCommand,
  ListTagsForResourceCommand,
  paginateListFilters,
  ResourceNotFoundException,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateFilterCommand,
  ValidationException,
} from "@aws-sdk/client-inspector2";
import { accounts, equals, inspector, pages, refused, until } from "./service.js";

const client = inspector("member");
const s3Destination = {
  bucketName: process.env.ASSAY_BUCKET,
  keyPrefix: "javascript",
  kmsKeyArn: "arn:aws:kms:us-east-1:333333333333:key/6a1cd6f7-9c0f-4f0e-a8a3-8ca0ce5d5e1f",
};

const read = (key) => readFileSync(join(process.env.ASSAY_BUCKETS, s3Destination.bucketName, key), "utf8");

async function list(filterCriteria = undefined, who = client) {
  return (await who.send(new ListFindingsCommand({ filterCriteria, maxResults: 100 }))).findings;
}

const arns = (findings) => findings.map(({ findingArn }) => findingArn).sort();

/** The end of a report, which is awaited. */
function ended(reportId) {
  const ask = () => client.send(new GetFindingsReportStatusCommand({ reportId }));
  return until(ask, ({ status }) => status !== "IN_PROGRESS");
}

before(() => until(list, (found) => found.length === 8));

test("rules suppress what they say while they are there", async () => {
  const administrator = inspector("administrator");
  const suppressed = async (who) => (await list({ findingStatus: equals("SUPPRESSED") }, who)).map((finding) => finding.title);
  const { arn } = await administrator.send(
    new CreateFilterCommand({
      name: "lodash",
      action: "SUPPRESS",
      description: "is not loaded",
      filterCriteria: { vulnerablePackages: [{ name: { comparison: "EQUALS", value: "lodash" } }] },
      tags: { team: "web" },
    }),
  );
  assert.match(arn, /^arn:aws:inspector2:us-east-1:222222222222:owner\/222222222222\/filter\/[0-9a-f]{16}$/);
  assert.equal((await suppressed(administrator)).length, 4);
  assert.deepEqual((await suppressed(client)).sort(), ["CVE-2019-10744 - lodash", "GHSA-8888-9999-aaaa - lodash"]);
  const filters = async (arguments_) =>
    (await pages(paginateListFilters({ client: administrator, pageSize: 1 }, arguments_), "filters")).flat();
  const [filter, ...others] = await filters({ arns: [arn] });
  assert.deepEqual(
    [filter.name, filter.action, filter.description, filter.ownerId, filter.tags, others],
    ["lodash", "SUPPRESS", "is not loaded", accounts.administrator, { team: "web" }, []],
  );
  assert.deepEqual(filter.criteria, { vulnerablePackages: [{ name: { comparison: "EQUALS", value: "lodash" } }] });
  assert.ok(filter.createdAt instanceof Date && filter.updatedAt >= filter.createdAt);
  assert.deepEqual(await filters({ action: "NONE" }), []);

  await administrator.send(new TagResourceCommand({ resourceArn: arn, tags: { since: "2026" } }));
  await administrator.send(new UntagResourceCommand({ resourceArn: arn, tagKeys: ["team"] }));
  assert.deepEqual((await administrator.send(new ListTagsForResourceCommand({ resourceArn: arn }))).tags, { since: "2026" });

  const narrower = { vulnerabilityId: equals("CVE-2019-10744") };
  await administrator.send(new UpdateFilterCommand({ filterArn: arn, name: "less", filterCriteria: narrower }));
  assert.deepEqual(await suppressed(client), ["CVE-2019-10744 - lodash"]);
  await refused(client.send(new DeleteFilterCommand({ arn })), ResourceNotFoundException);
  await administrator.send(new DeleteFilterCommand({ arn }));
  assert.deepEqual([await suppressed(client), await filters({})], [[], []]);
});

test("reports have what lists have, in both formats", async () => {
  const filterCriteria = { resourceType: equals("AWS_EC2_INSTANCE") };
  for (const [criteria, reportFormat] of [
    [undefined, "JSON"],
    [filterCriteria, "JSON"],
    [filterCriteria, "CSV"],
  ]) {
    const order = { reportFormat, s3Destination, filterCriteria: criteria };
    const { reportId } = await client.send(new CreateFindingsReportCommand(order));
    const report = await ended(reportId);
    assert.deepEqual([report.status, report.reportId, report.destination], ["SUCCEEDED", reportId, {
      ...s3Destination,
      keyPrefix: report.destination.keyPrefix,
    }]);
    assert.match(report.destination.keyPrefix, /^javascript\/?$/);
    const text = read(`javascript/${reportId}.${reportFormat.toLowerCase()}`);
    const listed = arns(await list(criteria));
    if (reportFormat === "JSON") assert.deepEqual(arns(JSON.parse(text).findings), listed);
    else {
      const [header, ...rows] = text.trim().split("\n");
      assert.equal(header.split(",").length, 55);
      assert.deepEqual([rows.length, listed.every((arn) => text.includes(arn))], [listed.length, true]);
    }
  }
});

test("reports that cannot be say why", async () => {
  const order = (more) => client.send(new CreateFindingsReportCommand({ reportFormat: "JSON", s3Destination, ...more }));
  const elsewhere = await order({ s3Destination: { ...s3Destination, bucketName: "nobodys" } });
  const failed = await ended(elsewhere.reportId);
  assert.deepEqual([failed.status, failed.errorCode], ["FAILED", "BUCKET_NOT_FOUND"]);
  assert.ok(failed.errorMessage);
  const nothing = await order({ filterCriteria: { title: equals("none") } });
  assert.equal((await ended(nothing.reportId)).errorCode, "NO_FINDINGS_FOUND");
  await refused(order({ reportFormat: "PDF" }), ValidationException);
  const reportId = "00000000-0000-4000-8000-000000000000";
  await refused(client.send(new GetFindingsReportStatusCommand({ reportId })), ResourceNotFoundException);
  await refused(client.send(new CancelFindingsReportCommand({ reportId })), ResourceNotFoundException);
});

test("a bill of materials for each resource that is chosen", async () => {
  const stem = (reportFormat, reportId) => `javascript/${reportFormat}_outputs_${reportId}/account=${accounts.member}`;
  const hosts = { ec2InstanceTags: [{ comparison: "EQUALS", key: "team", value: "member" }] };
  for (const [reportFormat, resourceFilterCriteria, kinds, read_] of [
    ["CYCLONEDX_1_4", undefined, ["AWS_EC2_INSTANCE", "AWS_ECR_CONTAINER_IMAGE"], (bill) => bill.components],
    ["CYCLONEDX_1_4", hosts, ["AWS_EC2_INSTANCE"], (bill) => bill.components],
    ["SPDX_2_3", hosts, ["AWS_EC2_INSTANCE"], (bill) => bill.packages],
  ]) {
    const ordered = await client.send(new CreateSbomExportCommand({ reportFormat, s3Destination, resourceFilterCriteria }));
    const ask = () => client.send(new GetSbomExportCommand(ordered));
    const told = await until(ask, ({ status }) => status !== "IN_PROGRESS");
    assert.deepEqual([told.status, told.format, told.reportId], ["SUCCEEDED", reportFormat, ordered.reportId]);
    const folder = stem(reportFormat, ordered.reportId);
    const found = readdirSync(join(process.env.ASSAY_BUCKETS, s3Destination.bucketName, folder));
    assert.deepEqual(found.sort(), kinds.map((kind) => `resource=${kind}`));
    const host = JSON.parse(read(`${folder}/resource=AWS_EC2_INSTANCE/i-0000000000000000a_${reportFormat}.json`));
    const names = read_(host).map(({ name }) => name.toLowerCase());
    for (const name of ["pyyaml", "lodash", "openssl"]) assert.ok(names.includes(name), `${name}: ${names}`);
  }
});
