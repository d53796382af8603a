import Alert, { type AlertProps } from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { answer } from '../../api/clients';
import { useClients } from '../../session/context';
import { Failed, Loading } from '../../states/states';
import { readable } from '../../text/words';
import type { RouteType } from './page';

const TYPES: Record<string, AlertProps.Type> = {
  AFFECTED: 'error',
  NOT_ASSESSED: 'warning',
  UNKNOWN_VULNERABILITY: 'warning',
};

/** Tells whether a vulnerability touches a resource, and why or why not. */
export function Why({ id, type }: { id: string; type: RouteType | undefined }) {
  const { assay, region } = useClients();
  const [parameters, setParameters] = useSearchParams();
  const asked = parameters.get('vulnerability') ?? '';
  const [vulnerability, setVulnerability] = useState(asked);
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ['explain-resource', region, id, type, asked],
    queryFn: ({ signal }) =>
      answer(
        assay.GET('/explain/resource', { params: { query: { id, type, vulnerability: asked } }, signal }),
      ),
    enabled: asked !== '',
  });
  return (
    <SpaceBetween size="m">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const next = new URLSearchParams(parameters);
          next.set('vulnerability', vulnerability.trim());
          setParameters(next, { replace: true });
        }}
      >
        <FormField
          label="Vulnerability"
          description="Any id of it: CVE, GHSA, a distribution’s."
          secondaryControl={<Button loading={isFetching}>Tell me</Button>}
        >
          <Input
            value={vulnerability}
            placeholder="CVE-2021-44228"
            onChange={({ detail }) => setVulnerability(detail.value)}
          />
        </FormField>
      </form>
      {error !== null && <Failed error={error} what="the answer" onRetry={() => void refetch()} />}
      {asked !== '' && data === undefined && error === null && <Loading what="the answer" />}
      {data !== undefined && (
        <Alert type={TYPES[data.verdict] ?? 'success'} header={readable(data.verdict)}>
          <SpaceBetween size="xs">
            <span>{data.because}</span>
            {data.packages.map((one) => (
              <Box key={`${one.package} ${one.installed}`}>
                {one.package} {one.installed}: {readable(one.outcome.replaceAll('-', '_'))}
                {one.fixedIn ? `, fixed in ${one.fixedIn}` : ''}
              </Box>
            ))}
          </SpaceBetween>
        </Alert>
      )}
    </SpaceBetween>
  );
}
