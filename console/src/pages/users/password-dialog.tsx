import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { useState } from 'react';
import { answer } from '../../api/clients';
import { useClients } from '../../session/context';
import { Dialog } from '../../shell/dialog';
import { useNotices } from '../../shell/notices';
import type { User } from './page';

/** Sets the password of a user, which ends their sessions. */
export function PasswordDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const { assay } = useClients();
  const notices = useNotices();
  const [password, setPassword] = useState('');
  const save = async () => {
    const query = { name: user.name };
    await answer(assay.PUT('/user/password', { params: { query }, body: { password } }));
    notices.tell('success', `The password of ${user.name} is set; their sessions are over.`);
    onClose();
  };
  return (
    <Dialog
      title={`Password of ${user.name}`}
      action="Set the password"
      disabled={password === ''}
      onSubmit={save}
      onClose={onClose}
    >
      <FormField label="New password" description="All sessions of the user end.">
        <Input
          type="password"
          value={password}
          autoComplete="new-password"
          onChange={({ detail }) => setPassword(detail.value)}
        />
      </FormField>
    </Dialog>
  );
}
