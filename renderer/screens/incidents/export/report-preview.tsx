import { Loader, Text } from '@mantine/core';
import { useMemo } from 'react';
import { useWords } from '../../../app/i18n';
import { pageNonce } from '../../../app/page-nonce';
import { ErrorView } from '../../../components/error-view';
import type { Query } from '../../../rpc/use-query';
import classes from './export-dialog.module.css';
import { previewDocument } from './preview-document';
import type { ReportPreviewData } from './use-report-preview';

interface ReportPreviewProps {
  preview: Query<ReportPreviewData>;
  /** Said above the page, where the file holds more than is seen here. */
  note: string | null;
}

/** The report in a frame that runs no script, submits nothing and opens nothing. */
export function ReportPreview({ preview, note }: ReportPreviewProps) {
  const { t } = useWords();
  const html = preview.data?.html;
  const page = useMemo(() => (html === undefined ? null : previewDocument(html, pageNonce())), [html]);
  return (
    <section className={classes.preview} aria-label={t('incidentScreen.preview')} aria-busy={preview.isLoading}>
      <div className={classes.previewHead}>
        <h3 className={classes.label}>{t('incidentScreen.preview')}</h3>
        {preview.isLoading && (
          <span className={classes.busy} role="status">
            <Loader size={12} /> {t('incidentScreen.previewing')}
          </span>
        )}
      </div>
      {note && (
        <Text className="small" c="dimmed">
          {note}
        </Text>
      )}
      {preview.error && !preview.isLoading ? (
        <ErrorView error={preview.error} onRetry={preview.refetch} variant="inline" />
      ) : (
        page !== null && (
          <iframe className={classes.frame} sandbox="" srcDoc={page} title={t('incidentScreen.previewLabel')} />
        )
      )}
    </section>
  );
}
