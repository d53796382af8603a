import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { vulnerabilityAddress } from '../../finding/address';
import { AppLink } from '../../shell/link';
import { dateOf } from '../../text/time';
import { count, counted } from '../../text/words';
import type { Intelligence } from './page';

type Generation = Intelligence['generations'][number];

const DAY = 86_400_000;

/** What the generations of the last 24 hours brought, and what came of it here. */
export function Today({ generations }: { generations: Generation[] }) {
  const recent = generations.filter(({ takenAt }) => (dateOf(takenAt)?.getTime() ?? 0) > Date.now() - DAY);
  const sum = (value: (generation: Generation) => number | undefined) =>
    recent.reduce((total, generation) => total + (value(generation) ?? 0), 0);
  const fresh = [...new Set(recent.flatMap(({ news }) => news?.newVulnerabilities ?? []))];
  const changed = [...new Set(recent.flatMap(({ news }) => news?.changedVulnerabilities ?? []))];
  return (
    <Container
      header={
        <Header variant="h2" description={counted(recent.length, 'generation')}>
          Last 24 hours
        </Header>
      }
    >
      <SpaceBetween size="m">
        <KeyValuePairs
          columns={4}
          items={[
            { label: 'Advisories added', value: count(sum(({ news }) => news?.added)) },
            { label: 'Advisories changed', value: count(sum(({ news }) => news?.changed)) },
            { label: 'Findings opened by it', value: count(sum(({ opened }) => opened)) },
            { label: 'Findings closed by it', value: count(sum(({ closed }) => closed)) },
          ]}
        />
        <Ids title="new" ids={fresh} />
        <Ids title="changed" ids={changed} />
      </SpaceBetween>
    </Container>
  );
}

function Ids({ title, ids }: { title: string; ids: string[] }) {
  if (ids.length === 0)
    return <Box color="text-body-secondary">No vulnerability is {title}, as far as is known.</Box>;
  return (
    <ExpandableSection headerText={`${counted(ids.length, 'vulnerability', 'vulnerabilities')} ${title}`}>
      <SpaceBetween direction="horizontal" size="s">
        {ids.map((id) => (
          <AppLink key={id} to={vulnerabilityAddress(id)}>
            {id}
          </AppLink>
        ))}
      </SpaceBetween>
    </ExpandableSection>
  );
}
