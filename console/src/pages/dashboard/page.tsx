import Grid from '@cloudscape-design/components/grid';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { Suspense, lazy } from 'react';
import { ScanningOff } from '../../coverage/scanning-off';
import { Loading } from '../../states/states';
import { CoverageCard } from './coverage';
import { ExploitedCard } from './exploited';
import { MostAffectedCard } from './most-affected';
import { RiskCard } from './risk';
import { TopFixesCard } from './top-fixes';

// Charts are most of this page's code; the numbers are there before them.
const Trend = lazy(() => import('./trend'));

/** The state of everything at a glance. Every number leads to the list that it counts. */
export default function DashboardPage() {
  return (
    <SpaceBetween size="l">
      <Header variant="h1" description="Every number leads to the list that it counts.">
        Dashboard
      </Header>
      <ScanningOff />
      <RiskCard />
      <CoverageCard />
      <Suspense fallback={<Loading what="the trend" />}>
        <Trend />
      </Suspense>
      <Grid gridDefinition={[HALF, HALF]}>
        <TopFixesCard />
        <ExploitedCard />
      </Grid>
      <MostAffectedCard />
    </SpaceBetween>
  );
}

const HALF = { colspan: { default: 12, m: 6 } } as const;
