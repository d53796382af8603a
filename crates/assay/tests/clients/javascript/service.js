// The service as stock clients of the SDK have it: endpoint and credentials come from where AWS's tools look.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { Inspector2Client } from "@aws-sdk/client-inspector2";

export const accounts = {
  alone: "000000000000",
  management: "111111111111",
  administrator: "222222222222",
  member: "333333333333",
  newcomer: "444444444444",
};

/** A client of Inspector's API for an account. */
export function inspector(profile, region = "us-east-1") {
  return clientOf(Inspector2Client, profile, region);
}

/** A client of any API for an account. Every call has to be answered at once: the SDK tries again what it takes for a
 * passing fault, and that would hide one. */
export function clientOf(Client, profile, region = "us-east-1") {
  const client = new Client({ profile: profile === "alone" ? "default" : profile, region });
  client.middlewareStack.add(
    (next) => async (call) => {
      const done = await next(call);
      assert.equal(done.output.$metadata.attempts, 1);
      return done;
    },
    { step: "initialize" },
  );
  return client;
}

/** The error that a call ends with, which has to be of a class of the SDK and come from one try. */
export async function refused(promise, ErrorClass) {
  const error = await promise.then(
    (answer) => assert.fail(`answered: ${JSON.stringify(answer)}`),
    (error) => error,
  );
  assert.ok(error instanceof ErrorClass, `${error.name}: ${error.message}`);
  assert.equal(error.$metadata.attempts, 1);
  assert.ok(error.$metadata.requestId);
  return error;
}

/** All pages of a paginator, as lists of what a member has. */
export async function pages(paginator, member) {
  const found = [];
  for await (const page of paginator) found.push(page[member]);
  return found;
}

/** What something gives as soon as that is so, which takes as long as assessing what was pushed. */
export async function until(ask, isThere) {
  const end = Date.now() + 60_000;
  for (;;) {
    const answer = await ask();
    if (isThere(answer)) return answer;
    assert.ok(Date.now() < end, `still ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Pushes a resource by the program. */
export function push(profile, kind, id, bill, region = "us-east-1") {
  const options = ["--resource", kind, "--id", id, "--region", region, "--tag", `team=${profile}`];
  execFileSync(process.env.ASSAY_PROGRAM, ["push", bill, ...options], {
    env: { ...process.env, AWS_PROFILE: profile === "alone" ? "default" : profile },
  });
}

/** Criteria that something is so. */
export const equals = (...values) => values.map((value) => ({ comparison: "EQUALS", value }));
