import Alert from '@cloudscape-design/components/alert';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useCredentials, useMayChange } from '../../session/context';
import { AccountTable } from './table';
import { AutoEnable } from './auto-enable';
import { Delegation } from './delegation';

/** Which accounts there are, what is scanned in each, and who is in charge. */
export default function AccountsPage() {
  const { relation } = useCredentials();
  const mayChange = useMayChange();
  return (
    <SpaceBetween size="l">
      {relation === 'member' && (
        <Alert type="info">
          This account is a member of an organisation, whose delegated administrator says what is scanned.
        </Alert>
      )}
      <AccountTable />
      {relation === 'delegated-administrator' && mayChange && <AutoEnable />}
      {relation === 'management' && <Delegation />}
    </SpaceBetween>
  );
}
