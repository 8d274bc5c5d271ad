import { Button, Popover, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Assumption } from '#shared/domain/diagnosis';
import type { EvidenceRef } from '#shared/domain/finding';
import { useWords } from '../../../app/i18n';
import classes from './side-panel.module.css';

export type FactAssumption = Omit<Extract<Assumption, { kind: 'fact' }>, 'kind'>;

interface AssumeValueProps {
  /** Short JSON. */
  value: string;
  evidence: EvidenceRef | null;
  isBusy: boolean;
  onAssume: (fact: FactAssumption) => void;
}

/** Takes a value that was read for another one. Only where it is a fact as it was read: a number, a word, yes or no, or a list of such. */
export function AssumeValue({ value, evidence, isBusy, onAssume }: AssumeValueProps) {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  const first = firstScalar(value);
  const [text, setText] = useState(first === null ? '' : String(first));
  if (first === null || evidence === null || evidence.factPath === null) return null;
  const { probeId, factPath: path } = evidence;
  const assumed = read(text, first);
  return (
    <Popover opened={isOpen} onChange={setOpen} trapFocus returnFocus position="bottom-end" width={260}>
      <Popover.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-xs"
          disabled={isBusy}
          aria-label={t('diagnoseScreen.assumeLabel', { what: `${probeId}: ${path}` })}
          onClick={() => setOpen(!isOpen)}
        >
          {t('diagnoseScreen.whatIfBranch')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          className={classes.assume}
          onSubmit={(event) => {
            event.preventDefault();
            if (assumed === null) return;
            setOpen(false);
            onAssume({ probeId, path, value: assumed });
          }}
        >
          <TextInput
            label={t('diagnoseScreen.assumeValue')}
            description={<code>{`${probeId}: ${path}`}</code>}
            value={text}
            error={assumed === null ? t('forms.notANumber') : null}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Button type="submit" size="compact-sm" disabled={assumed === null}>
            {t('diagnoseScreen.assumeShow')}
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

function firstScalar(text: string): string | number | boolean | null {
  try {
    const value: unknown = JSON.parse(text);
    const one: unknown = Array.isArray(value) ? value.find((item) => item !== null) : value;
    return typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean' ? one : null;
  } catch {
    // A long value is cut, and can't be read back.
    return null;
  }
}

/** What was typed, of the kind that was read; null where it is none. */
function read(text: string, like: string | number | boolean): string | number | boolean | null {
  const trimmed = text.trim();
  if (typeof like === 'number') return trimmed === '' || !Number.isFinite(Number(trimmed)) ? null : Number(trimmed);
  if (typeof like === 'boolean') return trimmed === 'true' ? true : trimmed === 'false' ? false : null;
  return text;
}
