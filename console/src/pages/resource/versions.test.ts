import { expect, it } from 'vitest';
import { unversioned, versionOf } from './versions';

const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:checkout';

it.each([
  [ARN, ARN, '$LATEST'],
  [`${ARN}:$LATEST`, ARN, '$LATEST'],
  [`${ARN}:7`, ARN, '7'],
  ['checkout', 'checkout', '$LATEST'],
  ['checkout:7', 'checkout', '7'],
])('%s is a version of %s: %s', (id, base, version) =>
  expect([unversioned(id), versionOf(id)]).toEqual([base, version]),
);
