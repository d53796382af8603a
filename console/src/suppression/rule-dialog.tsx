import { CreateFilterCommand, DeleteFilterCommand, type FilterCriteria } from '@aws-sdk/client-inspector2';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import DatePicker from '@cloudscape-design/components/date-picker';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer } from '../api/clients';
import { faultOf } from '../api/fault';
import { conditionsOf, criteriaOf } from '../filter/criteria';
import { FINDING_FIELDS } from '../filter/findings';
import { FilterBar } from '../filter/bar';
import { useClients, useCredentials } from '../session/context';
import { useNotices } from '../shell/notices';
import { Preview } from './preview';

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
  const [owner, setOwner] = useState(user);
  const [lastDay, setLastDay] = useState('');
  const [untilFixed, setUntilFixed] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const filterCriteria = criteriaOf(FINDING_FIELDS, conditions);

  const make = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      const command = new CreateFilterCommand({
        action: 'SUPPRESS',
        name,
        filterCriteria,
        ...(reason === '' ? {} : { reason }),
      });
      const { arn = '' } = await inspector.send(command);
      const terms = {
        owner: owner === '' ? null : owner,
        expiresAt: lastDay === '' ? null : endOf(lastDay),
        untilFixed,
      };
      try {
        await answer(assay.PUT('/filters/terms', { params: { query: { arn } }, body: terms }));
      } catch (error) {
        // A rule without its end would suppress for good.
        await inspector.send(new DeleteFilterCommand({ arn }));
        throw error;
      }
      notices.tell('success', `The rule ${name} is made. What it suppresses is shown as suppressed.`);
      await queries.invalidateQueries();
      onClose();
    } catch (error) {
      setProblem(faultOf(error).message);
      setBusy(false);
    }
  };

  return (
    <Modal
      visible
      size="large"
      header="Suppress findings"
      closeAriaLabel="Close"
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              Cancel
            </Button>
            <Button
              variant="primary"
              disabled={name === '' || conditions.length === 0}
              loading={isBusy}
              loadingText="Making the rule"
              onClick={() => void make()}
            >
              Make the rule
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {problem !== undefined && <Alert type="error">{problem}</Alert>}
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
        {conditions.length > 0 && <Preview criteria={filterCriteria} untilFixed={untilFixed} />}
        <FormField label="Name">
          <Input value={name} onChange={({ detail }) => setName(detail.value)} />
        </FormField>
        <FormField label="Reason" description="For whoever comes across the rule in a year.">
          <Textarea value={reason} rows={2} onChange={({ detail }) => setReason(detail.value)} />
        </FormField>
        <FormField label="Owner" description="Who answers for it.">
          <Input value={owner} onChange={({ detail }) => setOwner(detail.value)} />
        </FormField>
        <FormField
          label="Last day"
          description="The rule ends after this day, and what it suppressed is active again. Left out, it does not end."
          constraintText="YYYY/MM/DD"
        >
          <DatePicker
            value={lastDay}
            placeholder="YYYY/MM/DD"
            openCalendarAriaLabel={(day) => `Choose the last day${day === null ? '' : `, now ${day}`}`}
            isDateEnabled={(day) => day.getTime() > Date.now() - 86_400_000}
            onChange={({ detail }) => setLastDay(detail.value)}
          />
        </FormField>
        <Checkbox checked={untilFixed} onChange={({ detail }) => setUntilFixed(detail.checked)}>
          Only while no version fixes the finding
        </Checkbox>
      </SpaceBetween>
    </Modal>
  );
}

/** The end of a day where the reader is. */
export function endOf(day: string): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + 1).toISOString();
}
