import { Anchor } from '@mantine/core';
import type { AcceptanceLine, AcceptanceSheet } from '#shared/domain/playbook/acceptance';
import { printable } from '#shared/domain/text';
import { useWords } from '../app/i18n';
import { useFormat } from '../components/format';
import { StateBadge, type Tone } from '../components/state-badge';
import { openEvidence } from '../stores/evidence-store';
import classes from './sheet-view.module.css';

const tones: Record<AcceptanceLine['outcome'], Tone> = { met: 'ok', 'not-met': 'bad', unknown: 'unknown' };

/** A sheet to read: each value with what was wanted, how it is judged, and its output. */
export function SheetView({ sheet, hostName }: { sheet: AcceptanceSheet; hostName: string }) {
  const { t, localized, message } = useWords();
  const format = useFormat();
  const { steps, versions, packages, gpuListing, signedOff } = sheet;
  return (
    <div className={classes.sheet}>
      <div className={classes.head}>
        <strong>
          {localized(sheet.title)} · {hostName}
        </strong>
        <StateBadge tone={tones[sheet.outcome]}>{t(`rollouts.acceptance.outcome.${sheet.outcome}`)}</StateBadge>
        <span className="dim">{format.dateTime(sheet.madeAtMs)}</span>
      </div>
      <ol className={classes.lines}>
        {steps.map((step) => (
          <li key={step.stepId}>
            <Line title={localized(step.title)} line={step} />
            {step.values.map((line) => (
              <Line key={line.title.en} title={localized(line.title)} line={line} isInner />
            ))}
          </li>
        ))}
      </ol>
      <section>
        <h3 className={classes.label}>{t('rollouts.acceptance.versions')}</h3>
        <ol className={classes.lines}>
          {versions.map(({ reason, source, ...line }) => (
            <li key={line.id}>
              <Line title={t(`rollouts.acceptance.versionName.${line.id}`)} line={line}>
                {!line.measured && <span className="dim">{t('rollouts.acceptance.notTold')}</span>}
                {reason && <span className="dim">{message(reason)}</span>}
                {source && <span className="dim small">{t('rollouts.acceptance.sourceIs', { source })}</span>}
              </Line>
            </li>
          ))}
        </ol>
      </section>
      {packages.length > 0 && (
        <section>
          <h3 className={classes.label}>{t('rollouts.acceptance.packages')}</h3>
          <ol className={classes.lines}>
            {packages.map(({ name, chosen, now, outcome }) => (
              <li key={name}>
                <Line
                  title={name}
                  line={{ outcome, expected: both(chosen ?? '–'), measured: both(now ?? '–'), evidence: [] }}
                />
              </li>
            ))}
          </ol>
        </section>
      )}
      <section>
        <h3 className={classes.label}>nvidia-smi -L</h3>
        {gpuListing ? (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls has to be reachable by key
          <pre className={classes.listing} tabIndex={0}>
            {printable(gpuListing.text.trimEnd())}
          </pre>
        ) : (
          <p className={classes.plain}>{t('rollouts.acceptance.noListing')}</p>
        )}
      </section>
      <p className="dim small">{t('rollouts.acceptance.honest')}</p>
      <p className={classes.plain}>
        {signedOff
          ? t('rollouts.acceptance.signed', { operator: signedOff.operator, at: format.dateTime(signedOff.atMs) })
          : t('rollouts.acceptance.unsigned')}
        {signedOff && signedOff.note !== '' && ` ${signedOff.note}`}
        {signedOff?.isSame === false && ` ${t('rollouts.acceptance.signedOther')}`}
      </p>
    </div>
  );
}

const both = (text: string) => ({ en: text, 'zh-CN': text });

interface LineProps {
  title: string;
  line: Pick<AcceptanceLine, 'expected' | 'measured' | 'evidence'> & { outcome: AcceptanceLine['outcome'] | null };
  isInner?: boolean;
  children?: React.ReactNode;
}

function Line({ title, line: { outcome, expected, measured, evidence }, isInner, children }: LineProps) {
  const { t, localized } = useWords();
  const last = evidence.at(-1);
  return (
    <div className={classes.line} data-inner={isInner || undefined}>
      {outcome === null ? (
        <span className="dim">{t('rollouts.acceptance.notJudged')}</span>
      ) : (
        <StateBadge tone={tones[outcome]} variant="plain">
          {t(`rollouts.acceptance.outcome.${outcome}`)}
        </StateBadge>
      )}
      <div className={classes.words}>
        <span>{printable(title)}</span>
        {measured && <span className="dim">{printable(localized(measured))}</span>}
        {expected && (
          <span className="dim">{t('rollouts.acceptance.wantedIs', { expected: printable(localized(expected)) })}</span>
        )}
        {children}
      </div>
      {last && (
        <Anchor
          component="button"
          type="button"
          size="xs"
          underline="always"
          title={last.commandLine.slice(0, 300)}
          onClick={() => openEvidence(last.evidenceId)}
        >
          {t('actionDialog.output')}
        </Anchor>
      )}
    </div>
  );
}
