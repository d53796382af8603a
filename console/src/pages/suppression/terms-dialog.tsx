import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer } from '../../api/clients';
import { useClients } from '../../session/context';
import { Dialog } from '../../shell/dialog';
import { type Terms, TermsFields, lastDayOf, termsOf } from '../../suppression/terms';
import type { Rule } from './page';

/** Changes who answers for a rule, and when it ends. */
export function TermsDialog({ rule, onClose }: { rule: Rule; onClose: () => void }) {
  const { assay } = useClients();
  const queries = useQueryClient();
  const [terms, setTerms] = useState<Terms>({
    owner: rule.owner ?? '',
    lastDay: lastDayOf(rule.expiresAt),
    untilFixed: rule.untilFixed,
  });
  const save = async () => {
    const { arn } = rule;
    await answer(assay.PUT('/filters/terms', { params: { query: { arn } }, body: termsOf(terms) }));
    await queries.invalidateQueries();
    onClose();
  };
  return (
    <Dialog title={`Terms of ${rule.name}`} action="Save" onSubmit={save} onClose={onClose}>
      <TermsFields terms={terms} onChange={setTerms} />
    </Dialog>
  );
}
