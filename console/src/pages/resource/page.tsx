import Alert from '@cloudscape-design/components/alert';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';
import type { components } from '../../api/assay-routes';
import { answer } from '../../api/clients';
import { faultOf } from '../../api/fault';
import { LateFindings } from '../../coverage/late-findings';
import { activeAddress } from '../../finding/address';
import { follows } from '../../live/follow';
import { useClients } from '../../session/context';
import { AppLink } from '../../shell/link';
import { Failed, Loading, NothingThere } from '../../states/states';
import { readable } from '../../text/words';
import { shortName } from '../../finding/resource-name';
import { About } from './about';
import { NotLookedAt } from './not-looked-at';
import { Packages } from './packages';
import { RunningParts } from './running';
import { Scanning } from './scanning';
import { Versions } from './versions';
import { Why } from './why';

export type ToldResource = components['schemas']['ToldResource'];

const TYPES = [
  'AWS_EC2_INSTANCE',
  'AWS_ECR_CONTAINER_IMAGE',
  'AWS_LAMBDA_FUNCTION',
  'CODE_REPOSITORY',
  'MACHINE_IMAGE',
] as const;

/** The type of a resource where one is to be told apart from others with its id. */
export type RouteType = (typeof TYPES)[number];

/** One resource: how it is scanned, what is in it and runs on it, and what could not be looked at. */
export default function ResourcePage() {
  const { assay, region } = useClients();
  const [parameters, setParameters] = useSearchParams();
  const id = parameters.get('id') ?? '';
  const type = TYPES.find((known) => known === parameters.get('type'));
  const { data, error, refetch } = useQuery({
    queryKey: ['resource', region, id, type],
    queryFn: ({ signal }) => answer(assay.GET('/resource', { params: { query: { id, type } }, signal })),
    meta: follows('calmly'),
  });
  if (error && data === undefined) {
    if (faultOf(error).status === 404) return <Elsewhere id={id} />;
    return <Failed error={error} what="the resource" onRetry={() => void refetch()} />;
  }
  if (data === undefined) return <Loading what="the resource" />;
  const notAssessed = data.coverage.flatMap((coverage) => coverage.notAssessed);
  return (
    <SpaceBetween size="l">
      <Header
        variant="h1"
        description={readable(data.type)}
        actions={
          <SpaceBetween direction="horizontal" size="m" alignItems="center">
            {data.type === 'AWS_LAMBDA_FUNCTION' && <Versions id={id} />}
            <AppLink to={activeAddress({ resourceId: id })}>Its findings</AppLink>
          </SpaceBetween>
        }
      >
        {shortName(id)}
      </Header>
      <Scanning coverage={data.coverage} />
      {!data.inventoryAt && (
        <Alert type="warning" header="Nobody has told yet what is in it">
          So it has no findings. That does not make it safe.
        </Alert>
      )}
      <LateFindings who="Its agent reports" seconds={data.running?.agent?.reportEverySeconds} />
      <Tabs
        activeTabId={parameters.get('tab') ?? 'overview'}
        onChange={({ detail }) => {
          const next = new URLSearchParams(parameters);
          next.set('tab', detail.activeTabId);
          setParameters(next, { replace: true });
        }}
        tabs={[
          { id: 'overview', label: 'Overview', content: <About resource={data} /> },
          { id: 'packages', label: 'Packages', content: <Packages id={id} type={type} /> },
          ...(data.running
            ? [{ id: 'running', label: 'Running', content: <RunningParts running={data.running} /> }]
            : []),
          {
            id: 'not-assessed',
            label: `Not assessed (${notAssessed.length})`,
            content: <NotLookedAt parts={notAssessed} />,
          },
          { id: 'why', label: 'Does a CVE touch it?', content: <Why id={id} type={type} /> },
        ]}
      />
    </SpaceBetween>
  );
}

/** A resource of a member, of which the account in charge sees findings and coverage alone. */
function Elsewhere({ id }: { id: string }) {
  return (
    <NothingThere title="This account has no such resource">
      <span>It may be a member’s, of which the account in charge sees findings and coverage:</span>
      <SpaceBetween direction="horizontal" size="m">
        <AppLink to={`/coverage?resourceId=${encodeURIComponent(id)}`}>Its coverage</AppLink>
        <AppLink to={activeAddress({ resourceId: id })}>Its findings</AppLink>
      </SpaceBetween>
    </NothingThere>
  );
}
