import Alert from '@cloudscape-design/components/alert';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useCredentials, useMayChange } from '../../session/context';
import { AgentReports } from './agent-reports';
import { Appearance } from './appearance';
import { DeepInspection } from './deep-inspection';
import { HostScanning } from './host-scanning';
import { ImageWindows } from './image-windows';
import { ServiceLevels } from './service-levels';

/** How things are scanned, within how many days findings are to be fixed, and how the console looks. */
export default function SettingsPage() {
  const { relation } = useCredentials();
  const mayChange = useMayChange();
  return (
    <SpaceBetween size="l">
      <Header variant="h1">Settings</Header>
      {!mayChange && <Alert type="info">You may see the settings. Administrators change them.</Alert>}
      {relation === 'member' && (
        <Alert type="info">
          This account is a member of an organisation, whose delegated administrator sets how hosts and images
          are scanned.
        </Alert>
      )}
      <HostScanning />
      <AgentReports />
      <ImageWindows />
      <DeepInspection />
      <ServiceLevels />
      <Appearance />
    </SpaceBetween>
  );
}
