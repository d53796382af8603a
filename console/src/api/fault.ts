/** What the service, or the way to it, answered instead of what was asked for. */
export class Fault extends Error {
  override readonly name = 'Fault';

  constructor(
    /** What sort of fault it is, in the words of Inspector's API; `Unreachable` where no answer came. */
    readonly code: string,
    message: string,
    readonly status: number | undefined,
    /** The id of the request, for who looks into the log of calls. */
    readonly requestId?: string,
  ) {
    super(message);
  }

  /** Whether the credentials are no good any more. */
  get isOfCredentials(): boolean {
    return ['ExpiredTokenException', 'UnrecognizedClientException', 'InvalidClientTokenId'].includes(
      this.code,
    );
  }

  /** Whether the same call may be answered a little later. */
  get passes(): boolean {
    if (this.status === undefined) return this.code === 'Unreachable';
    return this.status === 429 || this.status >= 500;
  }
}

interface OfSdk {
  name?: unknown;
  message?: unknown;
  $metadata?: { httpStatusCode?: number; requestId?: string };
}

/** A fault of whatever was thrown: an exception of the SDK's, a failed fetch, a mistake of ours. */
export function faultOf(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown;
  const { name, message, $metadata } = (thrown ?? {}) as OfSdk;
  const status = $metadata?.httpStatusCode;
  if (status !== undefined) {
    const code = typeof name === 'string' ? name : `HTTP ${status}`;
    return new Fault(code, textOr(message, status), status, $metadata?.requestId);
  }
  // What `fetch` throws where no answer comes; the texts differ from browser to browser and tell people nothing.
  if (thrown instanceof TypeError && /fetch|network|load/i.test(thrown.message)) {
    return new Fault('Unreachable', 'The service cannot be reached. Try again when it is back.', undefined);
  }
  return new Fault('Mistake', typeof message === 'string' ? message : String(thrown), undefined);
}

/** The fault that an answer tells, by its header and body. */
export async function faultOfAnswer(response: Response): Promise<Fault> {
  const body: unknown = await response.json().catch(() => undefined);
  const { message } = (body ?? {}) as { message?: unknown };
  const { status, headers } = response;
  const code = headers.get('x-amzn-errortype') ?? `HTTP ${status}`;
  return new Fault(code, textOr(message, status), status, headers.get('x-amzn-requestid') ?? undefined);
}

function textOr(message: unknown, status: number): string {
  return typeof message === 'string' && message !== ''
    ? message
    : `The service answered with status ${status}.`;
}
