/**
 * The words of the wire, by the names that the page uses. They are the hub's
 * own JSON, instants as RFC 3339 strings.
 */

export type Instant = string;
export type Level = 'normal' | 'priority' | 'emergency';
export type PlayResult = 'played' | 'failed' | 'missed' | 'interrupted' | 'stopped';
export type DeliveryState = 'pending' | 'received' | 'playing' | PlayResult;
export type AnnouncementState = 'submitted' | 'returned' | 'scheduled' | 'done' | 'cancelled';
export type WhenKind = 'now' | 'once' | 'daily' | 'weekly';
export type CameraState = 'unknown' | 'healthy' | 'suspect' | 'down';
export type CameraReason =
  | '' | 'refused' | 'timeout' | 'wrong_password' | 'not_found' | 'no_frames' | 'unsupported' | 'protocol';
export type Role = 'broadcaster' | 'approver' | 'police' | 'technician' | 'admin';
export type Permission = 'announce' | 'approve' | 'picture' | 'inventory' | 'users' | 'audit' | 'operate';

export interface Position { lat: number; lon: number }
export interface Commune { id: string; name: string; province?: string; time_zone: string }
export interface Village { id: string; name: string; position: Position }
export interface Reading { at: Instant; value: number }

export interface Playing {
  occurrence: string; announcement: string; title?: string; level: Level; started_at: Instant; duration_ms: number;
}

export interface Cluster {
  id: string; name: string; village: string; position: Position; volume: number;
  online: boolean; since?: Instant; firmware?: string; model?: string;
  plan_hash?: string; plan_current: boolean; missing_audio?: number;
  playing?: Playing; set_volume: number; clock_offset_ms: number;
  readings?: Record<string, Reading>;
}

export interface Health {
  state: CameraState; reason?: CameraReason; since: Instant; detail?: string;
  fps: number; bitrate_kbps: number; last_frame_at?: Instant;
  codec?: string; width?: number; height?: number; picture_at?: Instant;
}

export interface Camera {
  id: string; name: string; village: string; position: Position; url: string; username?: string; health: Health;
}

export interface When {
  kind: WhenKind; at?: Instant; time?: string; days?: number[] | null; from?: string; until?: string;
}
export interface Target { all?: boolean; villages?: string[] | null; clusters?: string[] | null }

export interface Draft {
  title?: string; level: Level; text?: string; audio?: string; target: Target; when: When;
}

/** A piece of audio in the hub's store. */
export interface Sound { sha256: string; bytes: number; duration_ms: number; lufs?: number; true_peak_dbtp?: number }

export interface Announcement extends Draft {
  id: string; sound: Sound; state: AnnouncementState; remark?: string;
  created_by: string; created_at: Instant; decided_by?: string; decided_at?: Instant;
  clusters: string[] | null;
}

export interface Entry {
  seq: number; commune: string; cluster: string; play: string; occurrence: string; announcement: string; title?: string;
  planned_at: Instant; started_at?: Instant; ended_at: Instant; result: PlayResult; reason?: string;
  level_dbfs?: number; current_a?: number; recorded_at: Instant; prev_hash: string; hash: string;
}

export interface Delivery { cluster: string; state: DeliveryState; reason?: string; entry?: Entry }

export interface Occurrence {
  id: string; announcement: string; title: string; level: Level; start: Instant; duration_ms: number;
  deliveries: Delivery[] | null;
}

export interface HubState {
  version: string; started_at: Instant; broker: boolean;
  influx: { configured: boolean; lag_points: number; rejected_points: number; error?: string };
  approval: 'one-person' | 'two-person';
}

export interface Snapshot {
  epoch: string; seq: number; now: Instant; commune: Commune;
  villages: Village[]; clusters: Cluster[]; cameras: Camera[];
  announcements: Announcement[]; on_air: Occurrence[]; next: Occurrence[]; hub: HubState;
}

export interface Change {
  seq: number;
  cluster?: Cluster; camera?: Camera; announcement?: Announcement; on_air?: Occurrence;
  next?: Occurrence[] | null; hub?: HubState;
  inventory?: { villages: Village[] | null; clusters: Cluster[] | null; cameras: Camera[] | null };
}

export interface Message { snapshot?: Snapshot; changes?: Change[] | null; now: Instant }
export interface Hello { epoch: string; seq: number }

export interface User {
  name: string; display_name: string; role: Role; disabled?: boolean;
  created_at: Instant; last_login_at?: Instant; must_change_password?: boolean;
}
export interface Me { user: User; permissions: Permission[] | null }
export interface AuditEntry { seq: number; at: Instant; who: string; from?: string; action: string; object?: string; detail?: string }
export interface Point { at: Instant; mean: number; min: number; max: number; count: number }
export interface Preview { clusters: string[] | null; starts: Instant[] | null; needs_approval: boolean }
