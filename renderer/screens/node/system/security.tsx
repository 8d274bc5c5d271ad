import type { PlatformSecurityFacts } from '#shared/domain/facts/platform';
import { useWords } from '../../../app/i18n';
import { useFormat } from '../../../components/format';
import { KeyValueTable } from '../../../components/key-value-table';
import { Value } from '../../../components/value';
import { factsOf } from '../node-results';
import { useResults } from '../probe-section';

/** What is there and what is on: neither is good or bad by itself, so none of it has a colour. */
export function Security({ facts }: { facts: PlatformSecurityFacts }) {
  const { t } = useWords();
  const format = useFormat();
  const { secureBoot, tpm, protections, sgxMemoryBytes } = facts;
  const gpu = factsOf('gpu-confidential-computing', useResults().results.get('gpu-confidential-computing'));
  const tpmWords = tpm.version
    ? t('systemTab.security.tpmVersion', { version: tpm.version })
    : t(tpm.isPresent ? 'systemTab.security.tpmPresent' : 'systemTab.security.tpmAbsent');
  return (
    <KeyValueTable
      rows={[
        {
          label: t('systemTab.security.secureBoot'),
          value: <Value value={t(`systemTab.security.boot.${secureBoot}`)} path="secureBoot" />,
        },
        {
          label: t('systemTab.security.tpm'),
          value: <Value value={tpm.isPresent === null ? null : tpmWords} path="tpm" />,
        },
        ...protections
          // Of the makers' two sets the one of this processor.
          .filter(({ reason }) => reason !== 'other-vendor')
          .map(({ name, state, reason }) => ({
            key: name,
            label: t(`systemTab.security.name.${name}`),
            value: (
              <>
                <Value value={t(`systemTab.security.state.${state}`)} path="protections" />{' '}
                <span className="dim">
                  {name === 'sgx' && sgxMemoryBytes !== null && sgxMemoryBytes > 0
                    ? t('systemTab.security.sgxMemory', { size: format.bytes(sgxMemoryBytes) })
                    : t(`systemTab.security.reason.${reason}`)}
                </span>
              </>
            ),
          })),
        ...(gpu === null
          ? []
          : [
              {
                label: t('systemTab.security.gpu'),
                value: (
                  <span>
                    {t(
                      gpu.isOn
                        ? 'systemTab.security.gpuOn'
                        : gpu.isSupported
                          ? 'systemTab.security.gpuOff'
                          : 'systemTab.security.gpuLacks',
                    )}
                  </span>
                ),
              },
            ]),
      ]}
    />
  );
}
