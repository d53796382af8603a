import { SearchVulnerabilitiesCommand, type Vulnerability } from '@aws-sdk/client-inspector2';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { useClients } from '../../session/context';
import { Failed, Loading, NothingThere } from '../../states/states';
import { About } from './about';
import { Touched } from './touched';

/** Looks a vulnerability up: what is known of it, and what here it touches. */
export default function VulnerabilitiesPage() {
  const { inspector, region } = useClients();
  const [parameters, setParameters] = useSearchParams();
  const id = parameters.get('id') ?? '';
  const [typed, setTyped] = useState(id);
  const [shownFor, setShownFor] = useState(id);
  if (shownFor !== id) {
    // Another vulnerability was opened by a link.
    setShownFor(id);
    setTyped(id);
  }
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ['vulnerability', region, id],
    queryFn: async ({ signal: abortSignal }): Promise<Vulnerability[]> => {
      const command = new SearchVulnerabilitiesCommand({ filterCriteria: { vulnerabilityIds: [id] } });
      return (await inspector.send(command, { abortSignal })).vulnerabilities ?? [];
    },
    enabled: id !== '',
  });
  return (
    <SpaceBetween size="l">
      <Header variant="h1" description="What is known of a vulnerability, and what here it touches.">
        Vulnerability search
      </Header>
      <Container>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            setParameters({ id: typed.trim() });
          }}
        >
          <FormField
            label="Vulnerability"
            description="Any id of it: of CVE, GHSA, or a distribution’s advisories."
            secondaryControl={<Button variant="primary">Search</Button>}
          >
            <Input
              type="search"
              value={typed}
              placeholder="CVE-2021-44228"
              onChange={({ detail }) => setTyped(detail.value)}
            />
          </FormField>
        </form>
      </Container>
      {error !== null && <Failed error={error} what={id} onRetry={() => void refetch()} />}
      {isFetching && data === undefined && <Loading what={id} />}
      {data?.length === 0 && (
        <NothingThere title={`The intelligence knows no ${id}`}>
          It may be newer than the last update, or be reserved and not published.
        </NothingThere>
      )}
      {data?.map((vulnerability) => (
        <SpaceBetween key={vulnerability.id} size="l">
          <About vulnerability={vulnerability} />
          <Touched id={vulnerability.id ?? id} />
        </SpaceBetween>
      ))}
    </SpaceBetween>
  );
}
