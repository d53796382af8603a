import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import { useState } from 'react';
import type { components } from '../../api/assay-routes';
import { answer } from '../../api/clients';
import { useClients } from '../../session/context';
import { Dialog } from '../../shell/dialog';

type Role = 'administrator' | 'auditor' | 'agent' | 'enroller';

const ROLES: { value: Role; label: string; description: string }[] = [
  {
    value: 'administrator',
    label: 'Administrator',
    description: 'Sees and changes everything in the account.',
  },
  { value: 'auditor', label: 'Auditor', description: 'Sees everything and changes nothing.' },
  { value: 'agent', label: 'Agent', description: 'Tells of resources: for CI, collectors and connectors.' },
  { value: 'enroller', label: 'Enroller', description: 'Enrols hosts and can do nothing else.' },
];

/** Makes a user: a person with a password, or a service with a key. */
export function NewUserDialog({
  onMade,
  onClose,
}: {
  onMade: (made: components['schemas']['MadeUser']) => void;
  onClose: () => void;
}) {
  const { assay } = useClients();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('auditor');
  const [password, setPassword] = useState('');
  const [withAccessKey, setWithAccessKey] = useState(false);
  const make = async () => {
    const body = { name, role, withAccessKey, password: password === '' ? null : password };
    onMade(await answer(assay.POST('/users', { body })));
  };
  return (
    <Dialog
      title="Add a user"
      action="Add the user"
      disabled={name === '' || (password === '' && !withAccessKey)}
      onSubmit={make}
      onClose={onClose}
    >
      <FormField label="Name">
        <Input value={name} onChange={({ detail }) => setName(detail.value.trim())} />
      </FormField>
      <FormField label="Role">
        <RadioGroup value={role} items={ROLES} onChange={({ detail }) => setRole(detail.value as Role)} />
      </FormField>
      <FormField label="Password" description="For people, who sign in here. Services need none.">
        <Input
          type="password"
          value={password}
          autoComplete="new-password"
          onChange={({ detail }) => setPassword(detail.value)}
        />
      </FormField>
      <Checkbox checked={withAccessKey} onChange={({ detail }) => setWithAccessKey(detail.checked)}>
        Make an access key
      </Checkbox>
    </Dialog>
  );
}
