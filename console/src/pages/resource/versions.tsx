import { ListCoverageCommand } from '@aws-sdk/client-inspector2';
import Select from '@cloudscape-design/components/select';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { resourceAddress } from '../../finding/address';
import { useClients } from '../../session/context';
import { useRegionPath } from '../../shell/link';

const LATEST = '$LATEST';

/** The name of a function without its version: of an ARN the first eight parts, else what is before a colon. */
export function unversioned(id: string): string {
  if (id.startsWith('arn:')) return id.split(':').slice(0, 7).join(':');
  return id.split(':')[0] ?? id;
}

export function versionOf(id: string): string {
  return id.slice(unversioned(id).length + 1) || LATEST;
}

/** Chooses another version of a function. Only the latest keeps being scanned; findings of all can be seen. */
export function Versions({ id }: { id: string }) {
  const { inspector, region } = useClients();
  const navigate = useNavigate();
  const path = useRegionPath();
  const base = unversioned(id);
  const name = base.split(':').at(-1) ?? base;
  const { data = [id] } = useQuery({
    queryKey: ['function-versions', region, base],
    queryFn: async ({ signal: abortSignal }) => {
      const command = new ListCoverageCommand({
        filterCriteria: { lambdaFunctionName: [{ comparison: 'EQUALS', value: name }] },
        maxResults: 200,
      });
      const { coveredResources = [] } = await inspector.send(command, { abortSignal });
      const ids = coveredResources.map(({ resourceId = '' }) => resourceId);
      return [...new Set(ids.filter((one) => unversioned(one) === base))].toSorted();
    },
  });
  const options = data.map((value) => ({ value, label: `Version ${versionOf(value)}` }));
  return (
    <Select
      ariaLabel="Version of the function"
      options={options}
      selectedOption={options.find(({ value }) => value === id) ?? null}
      placeholder={`Version ${versionOf(id)}`}
      onChange={({ detail }) =>
        void navigate(path(resourceAddress('AWS_LAMBDA_FUNCTION', detail.selectedOption.value)))
      }
    />
  );
}
