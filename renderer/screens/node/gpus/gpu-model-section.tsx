import type { Gpu } from '#shared/domain/facts/gpu';
import { checkAgainstModel, type ModelCheck } from '#shared/domain/gpu-model-check';
import { gpuModelNamed } from '#shared/knowledge/catalogs/catalogues';
import { useWords } from '../../../app/i18n';
import { useFormat } from '../../../components/format';
import { KeyValueTable } from '../../../components/key-value-table';
import { StateBadge } from '../../../components/state-badge';

/** What a GPU has of what its model should have. Nothing of a model that is in no catalogue. */
export default function GpuModelSection({ gpu, nvlinksActive }: { gpu: Gpu; nvlinksActive: number | null }) {
  const { t } = useWords();
  const format = useFormat();
  const model = gpuModelNamed(gpu.name);
  if (!model) return null;
  const written = (aspect: ModelCheck['aspect'], value: number) =>
    aspect === 'memory' ? format.bytes(value) : aspect === 'power' ? `${value} W` : String(value);
  return (
    <div>
      <h3>{t('gpuTab.model.title', { name: model.name })}</h3>
      <KeyValueTable
        rows={checkAgainstModel(gpu, model, nvlinksActive).map(({ aspect, found, nominal, isAsExpected }) => ({
          key: aspect,
          label: t(`gpuTab.model.${aspect}`),
          value: (
            <StateBadge variant="plain" tone={isAsExpected === null ? 'unknown' : isAsExpected ? 'ok' : 'warn'}>
              {t('gpuTab.model.of', { found: written(aspect, found), nominal: written(aspect, nominal) })}
            </StateBadge>
          ),
        }))}
      />
    </div>
  );
}
