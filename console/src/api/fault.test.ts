import { describe, expect, it } from 'vitest';
import { Fault, faultOf, faultOfAnswer } from './fault';

describe('faults', () => {
  it.each([
    // What was thrown; its code, its text, whether it passes.
    [
      { name: 'ValidationException', message: 'no', $metadata: { httpStatusCode: 400, requestId: 'r' } },
      ['ValidationException', 'no', false],
    ],
    [{ name: 'X', $metadata: { httpStatusCode: 503 } }, ['X', 'The service answered with status 503.', true]],
    [
      new TypeError('Failed to fetch'),
      ['Unreachable', 'The service cannot be reached. Try again when it is back.', true],
    ],
    [new Error('ours'), ['Mistake', 'ours', false]],
    ['a text', ['Mistake', 'a text', false]],
    [undefined, ['Mistake', 'undefined', false]],
    [new Fault('A', 'b', 403), ['A', 'b', false]],
  ])('%o', (thrown, told) => {
    const fault = faultOf(thrown);
    expect([fault.code, fault.message, fault.passes]).toEqual(told);
  });

  it.each([
    ['{"message": "wrong"}', 'AccessDeniedException', 'wrong'],
    ['no JSON', undefined, 'The service answered with status 403.'],
  ])('of an answer: %s', async (body, type, message) => {
    const headers = new Headers(type === undefined ? [] : [['x-amzn-errortype', type]]);
    const fault = await faultOfAnswer(new Response(body, { status: 403, headers }));
    expect([fault.code, fault.message]).toEqual([type ?? 'HTTP 403', message]);
  });

  it.each([
    ['ExpiredTokenException', true],
    ['AccessDeniedException', false],
  ])('%s is of the credentials: %s', (code, is) => {
    expect(new Fault(code, '', 403).isOfCredentials).toBe(is);
  });
});
