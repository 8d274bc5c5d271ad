import { ActionIcon, Button } from '@mantine/core';
import { IconCamera, IconTrash } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { type ManualPhoto, type ManualWork, maxPhotoBytes, photoTypes } from '#shared/domain/manual/manual-work';
import { useWords } from '../../../app/i18n';
import { ErrorView } from '../../../components/error-view';
import { StatePanel } from '../../../components/state-panel';
import { Time } from '../../../components/time';
import { engine, native } from '../../../rpc/client';
import { useCall } from '../../../rpc/use-call';
import { useQuery } from '../../../rpc/use-query';
import classes from '../work.module.css';
import { useTicker } from './ticker-store';

interface PhotoListProps {
  work: ManualWork;
  onChange: (work: ManualWork) => void;
}

const extensions = ['jpg', 'jpeg', ...photoTypes.map((type) => type.slice('image/'.length))];

/** The photos that are asked for, each with its place, and as many more as there are. */
export function PhotoList({ work, onChange }: PhotoListProps) {
  const { t, localized } = useWords();
  const { procedure, photos } = work;
  const isOpen = work.state === 'open';
  const more = photos.filter(({ slot }) => !procedure.photos.some(({ id }) => id === slot));
  if (!isOpen && photos.length === 0) return null;
  return (
    <section>
      <h2 className={classes.label}>{t('manualWork.photos')}</h2>
      <div className={classes.photos}>
        {procedure.photos.map(({ id, label, isRequired }) => (
          <Slot
            key={id}
            work={work}
            slot={id}
            label={isRequired ? localized(label) : `${localized(label)} (${t('manualWork.optional')})`}
            photos={photos.filter(({ slot }) => slot === id)}
            onChange={onChange}
          />
        ))}
        <Slot work={work} slot={null} label={t('manualWork.morePhotos')} photos={more} onChange={onChange} />
      </div>
    </section>
  );
}

interface SlotProps extends PhotoListProps {
  slot: string | null;
  label: string;
  photos: readonly ManualPhoto[];
}

function Slot({ work, slot, label, photos, onChange }: SlotProps) {
  const { t } = useWords();
  const by = useTicker((state) => state.by);
  const [isTooBig, setTooBig] = useState(false);
  const add = useCall(async () => {
    setTooBig(false);
    try {
      const file = await native.dialog.openFile({
        filters: [{ name: t('manualWork.photoFilter'), extensions: [...new Set(extensions)] }],
        maxBytes: maxPhotoBytes,
      });
      if (!file) return;
      const name = file.name.slice(-200);
      onChange(await engine.manual.addPhoto({ workId: work.id, slot, name, bytes: file.bytes, by }));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'FILE_TOO_LARGE') setTooBig(true);
      else throw error;
    }
  });
  return (
    <div className={classes.photo}>
      <span>{label}</span>
      {photos.map((photo) => (
        <Photo key={photo.id} work={work} photo={photo} onChange={onChange} />
      ))}
      {work.state === 'open' && (
        <Button
          variant="default"
          leftSection={<IconCamera size={14} aria-hidden />}
          aria-label={`${t('manualWork.addPhoto')}: ${label}`}
          loading={add.isRunning}
          onClick={() => void add.run()}
        >
          {t('manualWork.addPhoto')}
        </Button>
      )}
      {isTooBig && (
        <StatePanel
          tone="warn"
          variant="inline"
          title={t('manualWork.photoTooBig', { megabytes: maxPhotoBytes / 1024 / 1024 })}
        />
      )}
      {Boolean(add.error) && <ErrorView error={add.error} variant="inline" />}
    </div>
  );
}

function Photo({ work, photo, onChange }: PhotoListProps & { photo: ManualPhoto }) {
  const { t } = useWords();
  const by = useTicker((state) => state.by);
  const query = useQuery(`manual.photo ${photo.sha256}`, async (signal) => {
    const { bytes } = await engine.manual.photo({ workId: work.id, photoId: photo.id }, { signal });
    return { bytes };
  });
  const [isBroken, setBroken] = useState(false);
  const url = usePicture(query.data?.bytes ?? null, photo.type);
  const remove = useCall(async () =>
    onChange(await engine.manual.removePhoto({ workId: work.id, photoId: photo.id, by })),
  );
  return (
    <figure style={{ margin: 0 }}>
      {url && !isBroken ? (
        <img src={url} alt={photo.name} onError={() => setBroken(true)} />
      ) : isBroken ? (
        <StatePanel tone="warn" variant="inline" title={t('manualWork.photoBroken')} />
      ) : (
        query.data && <StatePanel tone="bad" variant="inline" title={t('manualWork.photoGone')} />
      )}
      <figcaption className={classes.row}>
        <span className="dim small ellipsis" title={`SHA-256 ${photo.sha256}`}>
          {photo.by} · <Time atMs={photo.atMs} />
        </span>
        {work.state === 'open' && (
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={t('manualWork.removePhoto')}
            title={t('manualWork.removePhoto')}
            loading={remove.isRunning}
            onClick={() => void remove.run()}
          >
            <IconTrash size={14} aria-hidden />
          </ActionIcon>
        )}
      </figcaption>
    </figure>
  );
}

/** An address for the bytes, for as long as they are shown. */
function usePicture(bytes: Uint8Array | null, type: string): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (bytes === null) return;
    const made = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [bytes, type]);
  return url;
}
