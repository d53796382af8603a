import { CreateFilterCommand, DeleteFilterCommand, type FilterCriteria } from '@aws-sdk/client-inspector2';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Textarea from '@cloudscape-design/components/textarea';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer } from '../api/clients';
import { conditionsOf, criteriaOf } from '../filter/criteria';
import { FINDING_FIELDS } from '../filter/findings';
import { FilterBar } from '../filter/bar';
import { useClients, useCredentials } from '../session/context';
import { Dialog } from '../shell/dialog';
import { useNotices } from '../shell/notices';
import { Preview } from './preview';
import { type Terms, TermsFields, termsOf } from './terms';

/** Makes a rule of suppression, with what it would suppress shown before. */
export function RuleDialog({ criteria, onClose }: { criteria: FilterCriteria; onClose: () => void }) {
  const { inspector, assay } = useClients();
  const { user } = useCredentials();
  const notices = useNotices();
  const queries = useQueryClient();
  // A rule is about what findings are, not about whether they are suppressed.
  const [conditions, setConditions] = useState(
    conditionsOf(FINDING_FIELDS, criteria).filter(({ field }) => field !== 'findingStatus'),
  );
  const [name, setName] = useState('');
  const [reason, setReason] = useState('');
  const [terms, setTerms] = useState<Terms>({ owner: user, lastDay: '', untilFixed: false });
  const filterCriteria = criteriaOf(FINDING_FIELDS, conditions);

  const make = async () => {
    const command = new CreateFilterCommand({
      action: 'SUPPRESS',
      name,
      filterCriteria,
      ...(reason === '' ? {} : { reason }),
    });
    const { arn = '' } = await inspector.send(command);
    try {
      await answer(assay.PUT('/filters/terms', { params: { query: { arn } }, body: termsOf(terms) }));
    } catch (error) {
      // A rule without its end would suppress for good.
      await inspector.send(new DeleteFilterCommand({ arn }));
      throw error;
    }
    notices.tell('success', `The rule ${name} is made. What it suppresses is shown as suppressed.`);
    await queries.invalidateQueries();
    onClose();
  };

  return (
    <Dialog
      title="Suppress findings"
      action="Make the rule"
      size="large"
      disabled={name === '' || conditions.length === 0}
      onSubmit={make}
      onClose={onClose}
    >
      <FormField
        stretch
        label="Findings"
        description="Values of one property are alternatives; properties all have to hold. Findings that come later are meant as well."
        errorText={
          conditions.length === 0 && 'Say which findings are meant: a rule for all would hide everything.'
        }
      >
        <FilterBar
          fields={FINDING_FIELDS}
          filter={{
            conditions,
            criteria: filterCriteria,
            change: (changed) => setConditions([...changed]),
          }}
          what="findings"
        />
      </FormField>
      {conditions.length > 0 && <Preview criteria={filterCriteria} untilFixed={terms.untilFixed} />}
      <FormField label="Name">
        <Input value={name} onChange={({ detail }) => setName(detail.value)} />
      </FormField>
      <FormField label="Reason" description="For whoever comes across the rule in a year.">
        <Textarea value={reason} rows={2} onChange={({ detail }) => setReason(detail.value)} />
      </FormField>
      <TermsFields terms={terms} onChange={setTerms} />
    </Dialog>
  );
}
