import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer } from '../../api/clients';
import { faultOf } from '../../api/fault';
import { useClients } from '../../session/context';
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
  const [problem, setProblem] = useState<string>();
  const save = async () => {
    try {
      const { arn } = rule;
      await answer(assay.PUT('/filters/terms', { params: { query: { arn } }, body: termsOf(terms) }));
      await queries.invalidateQueries();
      onClose();
    } catch (error) {
      setProblem(faultOf(error).message);
    }
  };
  return (
    <Modal
      visible
      header={`Terms of ${rule.name}`}
      closeAriaLabel="Close"
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              Cancel
            </Button>
            <Button variant="primary" onClick={() => void save()}>
              Save
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {problem !== undefined && <Alert type="error">{problem}</Alert>}
        <TermsFields terms={terms} onChange={setTerms} />
      </SpaceBetween>
    </Modal>
  );
}
