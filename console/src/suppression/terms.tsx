import Checkbox from '@cloudscape-design/components/checkbox';
import DatePicker from '@cloudscape-design/components/date-picker';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { dateOf, type Moment } from '../text/time';

/** Who answers for a rule of suppression, and when it ends, as people say it. */
export interface Terms {
  owner: string;
  /** The last day that it holds, where the reader is, as `2026-01-31`; empty for no end. */
  lastDay: string;
  untilFixed: boolean;
}

/** Terms as the service has them. */
export function termsOf({ owner, lastDay, untilFixed }: Terms) {
  return {
    owner: owner === '' ? null : owner,
    expiresAt: lastDay === '' ? null : endOf(lastDay),
    untilFixed,
  };
}

/** The end of a day where the reader is. */
export function endOf(day: string): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + 1).toISOString();
}

/** The last day, where the reader is, that is over at a moment. */
export function lastDayOf(end: Moment): string {
  const moment = dateOf(end);
  if (moment === undefined) return '';
  const last = new Date(moment.getTime() - 1);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${last.getFullYear()}-${two(last.getMonth() + 1)}-${two(last.getDate())}`;
}

export function TermsFields({ terms, onChange }: { terms: Terms; onChange: (terms: Terms) => void }) {
  return (
    <SpaceBetween size="m">
      <FormField label="Owner" description="Who answers for it.">
        <Input value={terms.owner} onChange={({ detail }) => onChange({ ...terms, owner: detail.value })} />
      </FormField>
      <FormField
        label="Last day"
        description="The rule ends after this day, and what it suppressed is active again. Left out, it does not end."
        constraintText="YYYY/MM/DD"
      >
        <DatePicker
          value={terms.lastDay}
          placeholder="YYYY/MM/DD"
          openCalendarAriaLabel={(day) => `Choose the last day${day === null ? '' : `, now ${day}`}`}
          isDateEnabled={(day) => day.getTime() > Date.now() - 86_400_000}
          onChange={({ detail }) => onChange({ ...terms, lastDay: detail.value })}
        />
      </FormField>
      <Checkbox
        checked={terms.untilFixed}
        onChange={({ detail }) => onChange({ ...terms, untilFixed: detail.checked })}
      >
        Only while no version fixes the finding
      </Checkbox>
    </SpaceBetween>
  );
}
