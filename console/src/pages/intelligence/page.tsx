import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQuery } from '@tanstack/react-query';
import type { components } from '../../api/assay-routes';
import { answer } from '../../api/clients';
import { follows } from '../../live/follow';
import { useClients } from '../../session/context';
import { Failed, Loading } from '../../states/states';
import { Time, dateOf } from '../../text/time';
import { bytes, count } from '../../text/words';
import { Feeds } from './feeds';
import { Generations } from './generations';
import { Today } from './today';

export type Intelligence = components['schemas']['ToldIntelligence'];

const LOOK_AGAIN = 15_000;

/** What the service knows of vulnerabilities: where from, how fresh it is, and what changed. */
export default function IntelligencePage() {
  const { assay, region } = useClients();
  const { data, error, refetch } = useQuery({
    queryKey: ['intelligence', region],
    queryFn: ({ signal }) => answer(assay.GET('/intelligence', { signal })),
    refetchInterval: LOOK_AGAIN,
    meta: follows('calmly'),
  });
  if (error && data === undefined) {
    return <Failed error={error} what="the intelligence" onRetry={() => void refetch()} />;
  }
  if (data === undefined) return <Loading what="the intelligence" />;
  return (
    <SpaceBetween size="l">
      <Header variant="h1" description="What is known of vulnerabilities, where from, and how fresh it is.">
        Intelligence
      </Header>
      {data.isStarterOnly && (
        <Alert type="warning" header="Only the starter intelligence is in use">
          It has a few hundred advisories. Give the service feeds: `assay serve --feeds upstream`, a
          directory, or the address of a mirror.
        </Alert>
      )}
      <InForce {...data} />
      <Today generations={data.generations} />
      <Feeds feeds={data.feeds} />
      <Generations generations={data.generations} />
    </SpaceBetween>
  );
}

function InForce({ inForce, upkeep }: Intelligence) {
  return (
    <Container header={<Header variant="h2">In force</Header>}>
      <SpaceBetween size="m">
        {upkeep.problem && (
          <Alert type="error" header="The last update failed">
            {upkeep.problem}
          </Alert>
        )}
        <KeyValuePairs
          columns={4}
          items={[
            { label: 'Advisories', value: count(inForce.advisories) },
            { label: 'Vulnerabilities', value: count(inForce.vulnerabilities) },
            { label: 'Packages with advisories', value: count(inForce.packages) },
            { label: 'Size', value: bytes(inForce.bytes) },
            { label: 'Known until', value: <Time at={inForce.knownUntil} /> },
            { label: 'Compiled', value: <Time at={inForce.builtAt} /> },
            { label: 'Last looked for news', value: <Time at={upkeep.lastLookedAt} never="Not yet" /> },
            {
              label: 'Looked for next',
              // What was planned for then is under way.
              value: isPast(upkeep.nextLookAt) ? (
                'Just now'
              ) : (
                <Time at={upkeep.nextLookAt} never="None is planned" />
              ),
            },
            { label: 'Generation', value: <Box variant="code">{inForce.digest.slice(0, 12)}</Box> },
          ]}
        />
      </SpaceBetween>
    </Container>
  );
}

function isPast(at: string | null | undefined): boolean {
  const date = dateOf(at);
  return date !== undefined && date.getTime() < Date.now();
}
