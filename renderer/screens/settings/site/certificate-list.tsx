import { Text } from '@mantine/core';
import type { SiteCertificate } from '#shared/domain/site';
import { printable } from '#shared/domain/text';
import { useWords } from '../../../app/i18n';
import { useFormat } from '../../../components/format';
import { KeyValueTable } from '../../../components/key-value-table';
import { StateBadge } from '../../../components/state-badge';
import { useNow } from '../../../components/use-now';

/** A certificate is told of so long before its end. */
const soonMs = 30 * 86_400_000;

/** Those that are saved: whose, by which fingerprint to compare them, and until when. */
export function CertificateList({ certificates }: { certificates: readonly SiteCertificate[] }) {
  const { t } = useWords();
  const format = useFormat();
  const now = useNow();
  if (certificates.length === 0) return <Text c="dimmed">{t('settings.site.noAuthority')}</Text>;
  return certificates.map(({ subject, issuer, fingerprint, validToMs }) => {
    const until = format.dateTime(validToMs);
    return (
      <KeyValueTable
        key={fingerprint}
        rows={[
          { label: t('settings.site.subject'), value: printable(subject) },
          { label: t('settings.site.issuer'), value: printable(issuer) },
          { label: 'SHA-256', value: <span style={{ overflowWrap: 'anywhere' }}>{fingerprint}</span> },
          {
            label: t('settings.site.until'),
            value:
              validToMs < now ? (
                <StateBadge tone="bad" variant="plain">
                  {t('settings.site.expired', { until })}
                </StateBadge>
              ) : validToMs < now + soonMs ? (
                <StateBadge tone="warn" variant="plain">
                  {until}
                </StateBadge>
              ) : (
                until
              ),
          },
        ]}
      />
    );
  });
}
