import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { useState } from 'react';
import { Dialog } from '../../shell/dialog';

/** Asks for a name. */
export function NameDialog({
  title,
  description,
  onName,
  onClose,
}: {
  title: string;
  description: string;
  onName: (name: string) => Promise<unknown>;
  onClose: () => void;
}) {
  const [name, setName] = useState('');
  const isGood = /^[^\p{Cc}]{1,128}$/u.test(name);
  return (
    <Dialog title={title} action={title} disabled={!isGood} onSubmit={() => onName(name)} onClose={onClose}>
      <FormField label="Name" description={description}>
        <Input value={name} autoFocus onChange={({ detail }) => setName(detail.value)} />
      </FormField>
    </Dialog>
  );
}
