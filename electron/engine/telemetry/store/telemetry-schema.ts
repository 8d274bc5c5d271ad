import type { StoreSchema } from '../../store/open-store';

/** Of `telemetry.db`. Numbered by position, applied in order, never edited once released. */
export const telemetrySchema: StoreSchema = {
  migrations: [
    `
  -- One collector's measurements of one subject; another driver that knows other fields is another track.
  CREATE TABLE track (
    id INTEGER PRIMARY KEY,
    host_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    layout TEXT NOT NULL,
    UNIQUE (host_id, subject, layout)
  );
  -- Some minutes of a track, see blocks/block.ts. Tier: bucket length in ms, 0 for samples as they came.
  CREATE TABLE block (
    id INTEGER PRIMARY KEY,
    track_id INTEGER NOT NULL REFERENCES track (id) ON DELETE CASCADE,
    tier INTEGER NOT NULL,
    start_ms INTEGER NOT NULL,
    end_ms INTEGER NOT NULL,
    samples INTEGER NOT NULL,
    data BLOB NOT NULL
  );
  CREATE INDEX block_by_track ON block (track_id, tier, start_ms);
  CREATE INDEX block_by_age ON block (tier, end_ms);
  -- Samples that are in no block yet, a row a second: what a killed engine had in memory.
  CREATE TABLE journal (seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, data BLOB NOT NULL);
  -- What happened to a node or a stream: gaps, restarts, GPUs that came and went.
  CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    host_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    until_ms INTEGER,
    event TEXT NOT NULL
  );
  CREATE INDEX event_by_time ON event (host_id, at_ms);
  `,
    // A track ends where this workstation's clock is set back, and its next run begins; so in each of them time only grows.
    // The host of a track is empty once nobody wants it: its blocks then go a few at a time.
    `
  CREATE TABLE next_track (
    id INTEGER PRIMARY KEY,
    host_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    layout TEXT NOT NULL,
    run INTEGER NOT NULL,
    UNIQUE (host_id, subject, layout, run)
  );
  INSERT INTO next_track SELECT id, host_id, subject, layout, 0 FROM track;
  CREATE TABLE next_block (
    id INTEGER PRIMARY KEY,
    track_id INTEGER NOT NULL,
    tier INTEGER NOT NULL,
    start_ms INTEGER NOT NULL,
    end_ms INTEGER NOT NULL,
    samples INTEGER NOT NULL,
    data BLOB NOT NULL
  );
  INSERT INTO next_block SELECT id, track_id, tier, start_ms, end_ms, samples, data FROM block;
  DROP TABLE block;
  DROP TABLE track;
  ALTER TABLE next_track RENAME TO track;
  ALTER TABLE next_block RENAME TO block;
  CREATE INDEX block_by_track ON block (track_id, tier, start_ms);
  CREATE INDEX block_by_age ON block (tier, end_ms);
  -- The journal is written as blocks now, too; samples of the last minutes before the change are not taken over.
  DROP TABLE journal;
  CREATE TABLE journal (seq INTEGER PRIMARY KEY, data BLOB NOT NULL);
  CREATE INDEX event_by_age ON event (at_ms);
  `,
    // How far each track is sent to a Prometheus-compatible server, and to which.
    `
  CREATE TABLE sent_to (id INTEGER PRIMARY KEY, url TEXT NOT NULL, since_ms INTEGER NOT NULL, dropped INTEGER NOT NULL);
  CREATE TABLE sent (track_id INTEGER PRIMARY KEY, to_ms INTEGER NOT NULL);
  `,
    // Stretches below that which the server has not: it refused them, or nobody could say of which node they are.
    `
  CREATE TABLE untaken (id INTEGER PRIMARY KEY, track_id INTEGER NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL);
  CREATE INDEX untaken_by_track ON untaken (track_id, to_ms);
  `,
  ],
  bulkTables: ['block', 'journal'],
  // Blocks are some KB each: smaller pages would be half empty.
  pageBytes: 16 * 1024,
};
