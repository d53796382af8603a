import type { Finding } from '@aws-sdk/client-inspector2';
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { Score } from './score';

afterEach(cleanup);

const BASE = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';

function finding(score: number, vector: string, adjustments: [string, string][]): Finding {
  return {
    packageVulnerabilityDetails: {
      cvss: [{ baseScore: 9.8, scoringVector: BASE, source: 'NVD', version: '3.1' }],
    },
    inspectorScoreDetails: {
      adjustedCvss: {
        score,
        scoringVector: vector,
        scoreSource: 'NVD',
        cvssSource: 'NVD',
        version: '3.1',
        adjustments: adjustments.map(([metric, reason]) => ({ metric, reason })),
      },
    },
  } as Finding;
}

/** The rows of the metrics that moved, as people read them. */
function moved(): string[] {
  const rows = [...screen.getByRole('table', { name: 'Metrics of the score' }).querySelectorAll('tbody tr')];
  const cells = rows.map((row) => [...row.querySelectorAll('th, td')].map((cell) => cell.textContent ?? ''));
  return cells.filter(([, base, here]) => base !== here).map((row) => row.join(' | '));
}

describe('a score', () => {
  it('that was lowered says by what, and why', () => {
    const reason = 'No path from the internet leads to the host.';
    render(
      <Score
        finding={finding(8.4, BASE.replace('AV:N', 'AV:L'), [['AV', reason]])}
        explanation={undefined}
      />,
    );
    expect(screen.getByText(/Lowered/)).toBeTruthy();
    expect(moved()).toEqual([`Attack vector | Network | Local | ${reason}`]);
  });

  it('that nothing adjusts says so', () => {
    render(<Score finding={finding(9.8, BASE, [])} explanation={undefined} />);
    expect(screen.getByText('Nothing')).toBeTruthy();
    expect(moved()).toEqual([]);
  });

  it('that nobody gave says whose severity counts', () => {
    const unscored = { packageVulnerabilityDetails: { vendorSeverity: 'HIGH' } } as Finding;
    render(<Score finding={unscored} explanation={undefined} />);
    expect(screen.getByText(/HIGH/)).toBeTruthy();
  });

  it('tells reasons for metrics that vectors do not have', () => {
    render(<Score finding={finding(9.8, BASE, [['Exploit', 'It is exploited.']])} explanation={undefined} />);
    expect(screen.getByText('Exploit: It is exploited.')).toBeTruthy();
  });
});
