const DAY = 86_400_000;

/**
 * The address of the active findings of a severity that are beyond their time at the end of a day: those that were first
 * observed, in UTC, more days before it than they may take.
 */
export function beyondAddress(severity: string, limit: number, day: string): string {
  const last = new Date(Date.parse(`${day}T00:00:00Z`) - limit * DAY - 1).toISOString();
  const parameters = new URLSearchParams({ findingStatus: 'ACTIVE', severity });
  parameters.set('firstObservedAt.to', last);
  return `/findings?${parameters.toString()}`;
}
