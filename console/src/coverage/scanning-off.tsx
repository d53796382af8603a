import { BatchGetAccountStatusCommand } from '@aws-sdk/client-inspector2';
import Alert from '@cloudscape-design/components/alert';
import { useQuery } from '@tanstack/react-query';
import { useClients } from '../session/context';
import { LinkButton } from '../shell/link';
import { readable } from '../text/words';

/** Says which scanning is off in the account, so that no findings are not taken for nothing to find. */
export function ScanningOff() {
  const { inspector, region } = useClients();
  const { data } = useQuery({
    queryKey: ['own-status', region],
    queryFn: async ({ signal: abortSignal }) => {
      const { accounts } = await inspector.send(new BatchGetAccountStatusCommand({}), { abortSignal });
      const { ec2, ecr, lambda } = accounts?.[0]?.resourceState ?? {};
      return Object.entries({ EC2: ec2, ECR: ecr, LAMBDA: lambda }).flatMap(([type, state]) =>
        state?.status === 'DISABLED' ? [type] : [],
      );
    },
    staleTime: 30_000,
  });
  if (data === undefined || data.length === 0) return null;
  return (
    <Alert
      type="warning"
      header={
        data.length === 3 ? 'Nothing is scanned in this account' : 'Not everything is scanned in this account'
      }
      action={<LinkButton to="/accounts">Turn on</LinkButton>}
    >
      Scanning is off for {data.map((type) => readable(type).toLowerCase()).join(', ')}. No findings there
      does not mean that there is nothing to find.
    </Alert>
  );
}
