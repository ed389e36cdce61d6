/** The words of the wire by the names that the page uses: the hub's own types. Instants are RFC 3339 strings. */
import type { components } from './openapi';

type Wire = components['schemas'];

export type Announcement = Wire['Announcement'];
export type AuditEntry = Wire['AuditEntry'];
export type Camera = Wire['Camera'];
export type Change = Wire['Change'];
export type Cluster = Wire['Cluster'];
export type Delivery = Wire['Delivery'] & { entry?: Entry };
export type Draft = Wire['Draft'];
export type EmergencyDraft = Wire['EmergencyDraft'];
/** A line of the journal; a live one does not say whether it was heard. */
export type Entry = Wire['JournalEntry'] & Pick<Wire['JournalLine'], 'heard'>;
export type Hello = Wire['Hello'];
export type Instructed = Wire['Instructed'];
export type Interruption = Wire['Interruption'];
export type Inventory = Wire['Inventory'];
export type LunarDay = Wire['LunarDay'];
export type Me = Wire['Me'];
export type Message = Wire['Message'];
export type Occurrence = Wire['Occurrence'];
export type Point = Wire['Point'];
export type Position = Wire['Position'];
export type Preview = Wire['Preview'];
export type Report = Wire['Report'];
export type Rival = Wire['Rival'];
export type Rules = Wire['Rules'];
export type Snapshot = Wire['Snapshot'];
export type Spoken = Wire['Spoken'];
export type Stopped = Wire['Stopped'];
export type Target = Wire['Target'];
export type Template = Wire['Template'];
export type User = Wire['User'];
export type Village = Wire['Village'];
export type VolumeRule = Wire['VolumeRule'];
export type When = Wire['When'];

/** A piece of audio in the hub's store; its loudness is known where it was just made. */
export type Sound = Wire['Audio'] & Partial<Wire['Sound']>;

export type Level = Draft['level'];
export type WhenKind = When['kind'];
export type DeliveryState = Delivery['state'];
export type Role = User['role'];
export type Permission = Me['permissions'][number];

export type CalendarEntry = Wire['CalendarEntry'];
export type Finding = Wire['Finding'];
export type Layout = Wire['Layout'];
export type Programme = Wire['Programme'];
/** With what the hub reckons when it is asked for. */
export type ProgrammeView = Wire['ProgrammeView'];
export type ProgrammeDraft = Wire['ProgrammeDraft'];
export type ProgrammeItem = Wire['ProgrammeItem'];
export type SeriesEdit = Wire['SeriesEdit'];
export type Scope = SeriesEdit['scope'];
