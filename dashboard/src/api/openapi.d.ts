/** Made by "npm run types" from the hub's OpenAPI; do not edit. */
export interface paths {
    "/api/announcements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Announcements, newest first */
        get: operations["list-announcements"];
        put?: never;
        /** Make an announcement */
        post: operations["create-announcement"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/announcements/checks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What stands against an announcement, with what would cure it */
        post: operations["check-announcement"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/announcements/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** See where and when a draft would sound */
        post: operations["preview-announcement"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/announcements/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An announcement with all its occurrences */
        get: operations["get-announcement"];
        /** Change a draft, or take back what was returned or still waits */
        put: operations["edit-announcement"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/announcements/{id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Approve */
        post: operations["approve-announcement"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/announcements/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel, and stop what sounds */
        post: operations["cancel-announcement"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/announcements/{id}/occurrences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Move, cancel or reschedule one occurrence, it and the following, or all */
        post: operations["edit-occurrence"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/announcements/{id}/order": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Say its place among announcements of the same urgency that it meets */
        put: operations["order-announcement"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/announcements/{id}/return": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Return with a remark */
        post: operations["return-announcement"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/announcements/{id}/submit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Hand in a draft or what was returned */
        post: operations["submit-announcement"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/announcements/{id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take back one's own edit of its schedule, within a minute */
        post: operations["undo-edit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audio": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Upload audio (MP3, WAV, FLAC, OGG, M4A; at most 200 MB) */
        post: operations["upload-audio"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who did what, newest first */
        get: operations["audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/calendar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What sounds, sounded or waits, with results, readiness and conflicts */
        get: operations["calendar"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/calendar/feed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The address of the calendar feed (iCalendar) of what is planned
         * @description Whoever has the address sees what is planned without logging in; drafts are never in it.
         */
        get: operations["calendar-feed"];
        put?: never;
        /** Give the calendar feed another address; the one before leads nowhere */
        post: operations["renew-calendar-feed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Make or change a camera */
        put: operations["put-camera"];
        post?: never;
        /** Remove a camera */
        delete: operations["delete-camera"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras/{id}/picture": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The newest picture; for the police alone, each look is in the audit log */
        get: operations["camera-picture"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What changed since; waits up to a heartbeat. The same as one frame of the socket /ws */
        get: operations["changes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/clusters/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Make or change a cluster */
        put: operations["put-cluster"];
        post?: never;
        /** Remove a cluster */
        delete: operations["delete-cluster"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/clusters/{id}/commands": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was asked of a cluster and what came of it, newest first */
        get: operations["list-commands"];
        put?: never;
        /** Set the volume of a cluster, mute it, let it test itself, start anew or fetch its plan again */
        post: operations["command-cluster"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{id}/credentials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give a device a new password; the old one is void at once */
        post: operations["rotate-device-credentials"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/emergency": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sound an emergency at once: the chime first, the words as soon as they are spoken, until it is stopped */
        post: operations["launch-emergency"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/inventory": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Villages, clusters and cameras */
        get: operations["inventory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/inventory/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Import an inventory file (YAML) */
        post: operations["import-inventory"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far a long call of one's own is
         * @description A page makes up a new name, calls POST /api/audio?job=NAME or POST /api/speech?job=NAME, and while that call is under way asks here for NAME two to four times a second; an answer costs no more than a look at memory. A file is receiving (bytes tell how much of it, as the browser itself does), waiting while others are served, measuring and fitting its loudness; a text is waiting, speaking, measuring and fitting. Steps that take no time may go unseen, and a text that was spoken before passes through none. The call itself brings the result or the error. Nobody sees the work of another.
         */
        get: operations["get-job"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/journal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What each cluster played, newest first */
        get: operations["journal"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/journal.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The journal for a Vietnamese Excel: UTF-8 with a byte order mark, semicolons, decimal commas */
        get: operations["journal-csv"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/journal.xlsx": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The journal as a workbook */
        get: operations["journal-xlsx"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/journal/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Look through the whole journal for what was altered, removed or moved */
        get: operations["verify-journal"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Log in */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Log out */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who I am and what I may do */
        get: operations["me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change my password */
        post: operations["change-password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/normalise": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** See what will be read out */
        post: operations["normalise"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/programmes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Programmes, newest first */
        get: operations["list-programmes"];
        put?: never;
        /** Make a programme, and hand it in */
        post: operations["create-programme"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/programmes/checks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What stands against a programme, with what would cure it */
        post: operations["check-programme"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/programmes/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** See what the next occurrence of a draft would play, where and when */
        post: operations["preview-programme"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/programmes/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A programme */
        get: operations["get-programme"];
        /** Change a programme; a change of an approved one waits for approval */
        put: operations["edit-programme"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/programmes/{id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Approve a programme, or a change of one */
        post: operations["approve-programme"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/programmes/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel a programme, and stop what of it sounds */
        post: operations["cancel-programme"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/programmes/{id}/occurrences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Move, cancel or reschedule one occurrence, it and the following, or all */
        post: operations["edit-programme-occurrence"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/programmes/{id}/return": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Return a programme, or drop a change of one, with a remark */
        post: operations["return-programme"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/programmes/{id}/submit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Hand in a programme */
        post: operations["submit-programme"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/programmes/{id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take back one's own change of it, within a minute */
        post: operations["undo-programme-edit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/readings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The past of one metric of one device */
        get: operations["readings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The report of a month */
        get: operations["report"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/report.pdf": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The report of a month as PDF (Vietnamese, A4) */
        get: operations["report-pdf"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/report.xlsx": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The report of a month and its journal as a workbook */
        get: operations["report-xlsx"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the commune has settled: approval, limits, volumes, abbreviations, templates */
        get: operations["get-rules"];
        /** Settle it anew; only administrators change the way of approval and whether limits bind */
        put: operations["set-rules"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/schedule": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A schedule in plain words, with its next starts */
        post: operations["describe-schedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/snapshot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The commune as it stands */
        get: operations["snapshot"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/speech": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Turn text into a sound, to listen before it is sent */
        post: operations["speak"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The state of everything in short */
        get: operations["status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Silence everything, everywhere or on a target
         * @description What is planned goes on: the answer tells what sounds next on these clusters, the rest of running programmes among it.
         */
        post: operations["stop"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everyone with an account */
        get: operations["list-users"];
        put?: never;
        /** Make an account */
        post: operations["create-user"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Change a name, a role, or disable an account */
        put: operations["update-user"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{name}/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Give someone a new password */
        put: operations["set-password"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/villages/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Make or change a village */
        put: operations["put-village"];
        post?: never;
        /** Remove a village */
        delete: operations["delete-village"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/media/{sha256}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The sound itself (FLAC); understands Range */
        get: operations["media"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The report of a month as a page to print (Vietnamese) */
        get: operations["report-page"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Alert: {
            already?: boolean;
            interrupted?: components["schemas"]["Interruption"][];
            /** @enum {string} */
            speech: "pending" | "ready" | "failed";
            trouble?: components["schemas"]["Trouble"];
            /** Format: date-time */
            until: string;
        };
        Announcement: {
            alert?: components["schemas"]["Alert"];
            /** Format: date-time */
            approved_at?: string;
            audio?: string;
            closing?: string;
            closing_sound?: components["schemas"]["Audio"];
            clusters: string[];
            /** Format: date-time */
            created_at: string;
            created_by: string;
            /** Format: date-time */
            decided_at?: string;
            decided_by?: string;
            earlier?: components["schemas"]["Earlier"][];
            edited_by?: string[];
            follows?: string;
            /** Format: int64 */
            gap_s?: number;
            gone?: components["schemas"]["Target"];
            id: string;
            language?: string;
            /** @enum {string} */
            level: "normal" | "priority" | "emergency";
            on_interrupted?: string;
            opening?: string;
            opening_sound?: components["schemas"]["Audio"];
            /** Format: int64 */
            order?: number;
            override?: components["schemas"]["Override"];
            proposed?: components["schemas"]["Proposal"];
            remark?: string;
            /** Format: int64 */
            repeat?: number;
            /** Format: int64 */
            revision?: number;
            sound: components["schemas"]["Audio"];
            source?: components["schemas"]["Source"];
            /** @enum {string} */
            state: "draft" | "submitted" | "returned" | "approved" | "scheduled" | "done" | "cancelled";
            stopped_on?: string[];
            target: components["schemas"]["Target"];
            text?: string;
            title?: string;
            valid_from?: string;
            valid_until?: string;
            version_sounds?: components["schemas"]["Audio"][];
            versions?: components["schemas"]["Version"][];
            when: components["schemas"]["When"];
        };
        AnnouncementDetailBody: {
            announcement: components["schemas"]["Announcement"];
            occurrences: components["schemas"]["Occurrence"][];
        };
        AnnouncementsOutputBody: {
            announcements: components["schemas"]["Announcement"][];
        };
        Audio: {
            /** Format: int64 */
            bytes: number;
            /** Format: int64 */
            duration_ms: number;
            /** Format: int64 */
            gap_ms?: number;
            sha256: string;
        };
        AuditEntry: {
            action: string;
            /** Format: date-time */
            at: string;
            detail?: string;
            from?: string;
            object?: string;
            /** Format: int64 */
            seq: number;
            who: string;
        };
        AuditOutputBody: {
            entries: components["schemas"]["AuditEntry"][];
        };
        Calendar: {
            entries: components["schemas"]["CalendarEntry"][];
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
        };
        CalendarEntry: {
            announcement?: string;
            /** Format: date-time */
            begins?: string;
            /** Format: int64 */
            clusters: number;
            conflicts?: string[];
            /** Format: int64 */
            duration_ms: number;
            id: string;
            /** @enum {string} */
            level: "normal" | "priority" | "emergency";
            /** Format: int64 */
            of: number;
            pieces?: components["schemas"]["CalendarPiece"][];
            programme?: string;
            /** Format: int64 */
            ready: number;
            results?: {
                [key: string]: number;
            };
            /** Format: date-time */
            start: string;
            title: string;
            waiting?: boolean;
        };
        CalendarPiece: {
            announcement: string;
            /** Format: int64 */
            clusters: number;
            /** Format: int64 */
            duration_ms: number;
            id: string;
            /** @enum {string} */
            level: "normal" | "priority" | "emergency";
            /** Format: date-time */
            start: string;
            title: string;
        };
        Camera: {
            health: components["schemas"]["Health"];
            id: string;
            name: string;
            position: components["schemas"]["Position"];
            url: string;
            username?: string;
            village: string;
        };
        CameraInputBody: {
            name: string;
            /** @description Empty keeps the one that is set */
            password?: string;
            position?: components["schemas"]["Position"];
            /** @description rtsp://host:port/path, without user and password */
            url: string;
            username?: string;
            village: string;
        };
        CameraStatus: {
            /**
             * Format: double
             * @description kbit/s
             */
            bitrate: number;
            /** Format: double */
            fps: number;
            id: string;
            /** Format: date-time */
            last_frame_at?: string;
            /** @enum {string} */
            reason: "" | "refused" | "timeout" | "wrong_password" | "not_found" | "no_frames" | "unsupported" | "protocol";
            /** Format: date-time */
            since: string;
            /** @enum {string} */
            state: "unknown" | "healthy" | "suspect" | "down";
        };
        Change: {
            announcement?: components["schemas"]["Announcement"];
            camera?: components["schemas"]["Camera"];
            cluster?: components["schemas"]["Cluster"];
            hub?: components["schemas"]["Hub"];
            inventory?: components["schemas"]["Inventory"];
            next?: components["schemas"]["Occurrence"][];
            on_air?: components["schemas"]["Occurrence"];
            programme?: components["schemas"]["Programme"];
            /** Format: int64 */
            seq: number;
        };
        Cluster: {
            /** Format: double */
            clock_offset_ms: number;
            firmware?: string;
            id: string;
            /** Format: int64 */
            missing_audio?: number;
            model?: string;
            /** Format: date-time */
            muted_until?: string;
            name: string;
            /** Format: int64 */
            offset_ms?: number;
            online: boolean;
            plan_current: boolean;
            plan_hash?: string;
            playing?: components["schemas"]["Playing"];
            position: components["schemas"]["Position"];
            readings?: {
                [key: string]: components["schemas"]["Reading"];
            };
            /** Format: int64 */
            set_volume: number;
            /** Format: date-time */
            since?: string;
            village: string;
            /** Format: int64 */
            volume: number;
        };
        ClusterInputBody: {
            name: string;
            /**
             * Format: int64
             * @description Sounds so many milliseconds later than the others
             */
            offset_ms?: number;
            position?: components["schemas"]["Position"];
            village: string;
            /**
             * Format: int64
             * @description Percent; defaults to 80
             */
            volume?: number;
        };
        ClusterStatus: {
            id: string;
            online: boolean;
            plan_current: boolean;
            plan_hash: string;
            /** Format: date-time */
            since?: string;
        };
        Coming: {
            announcement?: string;
            clusters: string[];
            id: string;
            /** Format: date-time */
            next: string;
            /** Format: int64 */
            pieces: number;
            programme?: string;
            running?: boolean;
            /** Format: date-time */
            start: string;
            title: string;
        };
        Commune: {
            id: string;
            name: string;
            province?: string;
            time_zone: string;
        };
        CredentialsOutputBody: {
            /** @description Shown this once */
            password: string;
            username: string;
        };
        Cut: {
            /** Format: date-time */
            at: string;
            by: string;
            clusters: string[];
            /** Format: date-time */
            start: string;
        };
        Delivery: {
            cluster: string;
            entry?: components["schemas"]["JournalEntry"];
            reason?: string;
            /** @enum {string} */
            state: "pending" | "received" | "playing" | "played" | "failed" | "missed" | "interrupted" | "stopped" | "unreported";
        };
        Draft: {
            audio?: string;
            closing?: string;
            /** Format: int64 */
            gap_s?: number;
            language?: string;
            /** @enum {string} */
            level: "normal" | "priority" | "emergency";
            on_interrupted?: string;
            opening?: string;
            /** Format: int64 */
            order?: number;
            /** Format: int64 */
            repeat?: number;
            source?: components["schemas"]["Source"];
            target: components["schemas"]["Target"];
            text?: string;
            title?: string;
            valid_from?: string;
            valid_until?: string;
            versions?: components["schemas"]["Version"][];
            when: components["schemas"]["When"];
        };
        Earlier: {
            /** Format: date-time */
            since: string;
            /** Format: date-time */
            until: string;
            when: components["schemas"]["When"];
        };
        EarlierProgramme: {
            closing?: string;
            items: components["schemas"]["ProgrammeItem"][];
            opening?: string;
            /** Format: int64 */
            order?: number;
            /** Format: date-time */
            since: string;
            target: components["schemas"]["Target"];
            title: string;
            /** Format: date-time */
            until: string;
            when: components["schemas"]["When"];
        };
        EmergencyDraft: {
            audio?: string;
            blanks?: {
                [key: string]: string;
            };
            language?: string;
            /** Format: date-time */
            repeat_until?: string;
            target: components["schemas"]["Target"];
            template?: string;
            text?: string;
            title?: string;
        };
        FeedOutputBody: {
            /**
             * @description Of the iCalendar feed; without a host where the hub does not know its own
             * @example /feed/k3v…/lich.ics
             */
            address: string;
        };
        Fill: {
            /** Format: int64 */
            max: number;
        };
        Finding: {
            /** Format: date-time */
            at?: string;
            clusters: string[];
            code: string;
            fix?: components["schemas"]["Fix"];
            message: components["schemas"]["Words"];
            rival?: components["schemas"]["Rival"];
            /** @enum {string} */
            severity: "stop" | "warn" | "info";
        };
        FindingsOutputBody: {
            findings: components["schemas"]["Finding"][];
        };
        Fix: {
            label: components["schemas"]["Words"];
            patch: {
                [key: string]: unknown;
            };
        };
        Health: {
            /** Format: double */
            bitrate_kbps: number;
            codec?: string;
            detail?: string;
            /** Format: double */
            fps: number;
            /** Format: int64 */
            height?: number;
            /** Format: date-time */
            last_frame_at?: string;
            /** Format: date-time */
            picture_at?: string;
            /** @enum {string} */
            reason?: "" | "refused" | "timeout" | "wrong_password" | "not_found" | "no_frames" | "unsupported" | "protocol";
            /** Format: date-time */
            since: string;
            /** @enum {string} */
            state: "unknown" | "healthy" | "suspect" | "down";
            /** Format: int64 */
            width?: number;
        };
        Hello: {
            epoch: string;
            /** Format: int64 */
            seq: number;
        };
        Hub: {
            /** @enum {string} */
            approval: "one-person" | "two-person";
            broker: boolean;
            influx: components["schemas"]["Influx"];
            public_page?: string;
            /** Format: date-time */
            started_at: string;
            version: string;
        };
        Influx: {
            configured: boolean;
            error?: string;
            /** Format: int64 */
            lag_points: number;
            /** Format: int64 */
            rejected_points: number;
        };
        InfluxStatus: {
            configured: boolean;
            /** Format: int64 */
            lag_points: number;
        };
        Instructed: {
            by: string;
            cluster: string;
            compared?: components["schemas"]["SelfTestComparison"];
            /** Format: date-time */
            expires_at: string;
            id: string;
            /** Format: date-time */
            issued_at: string;
            /** @enum {string} */
            kind: "volume" | "mute" | "selftest" | "reboot" | "refresh";
            measured?: components["schemas"]["Measured"];
            /** @enum {string} */
            outcome: "waiting" | "received" | "started" | "finished" | "failed" | "expired";
            /** Format: date-time */
            outcome_at?: string;
            reason?: string;
            reference?: boolean;
            /** Format: date-time */
            until?: string;
            /** Format: int64 */
            volume?: number;
        };
        InstructedOutputBody: {
            commands: components["schemas"]["Instructed"][];
        };
        Instruction: {
            /** @enum {string} */
            kind: "volume" | "mute" | "selftest" | "reboot" | "refresh";
            reference?: boolean;
            /** Format: date-time */
            until?: string;
            /** Format: int64 */
            volume?: number;
        };
        Interruption: {
            announcement: string;
            clusters: string[];
            /** @enum {string} */
            level: "normal" | "priority" | "emergency";
            occurrence: string;
            on_interrupted?: string;
            suspended?: boolean;
            title: string;
        };
        Inventory: {
            cameras: components["schemas"]["Camera"][];
            clusters: components["schemas"]["Cluster"][];
            villages: components["schemas"]["Village"][];
        };
        JobState: {
            /**
             * Format: int64
             * @description Received so far, of an upload
             */
            bytes?: number;
            /** @description The call has been answered, well or not */
            done: boolean;
            /**
             * @description The newest; unknown before the call has come in, and ten minutes after it was over
             * @enum {string}
             */
            step: "unknown" | "receiving" | "waiting" | "speaking" | "measuring" | "fitting";
        };
        JournalBroken: {
            /** @enum {string} */
            damage: "altered" | "missing" | "out_of_turn" | "cut_off" | "rewritten" | "no_head";
            /** Format: int64 */
            seq: number;
        };
        JournalEntry: {
            announcement: string;
            cluster: string;
            commune: string;
            /** Format: double */
            current_a?: number;
            /** Format: date-time */
            ended_at: string;
            hash: string;
            /** Format: double */
            level_dbfs?: number;
            occurrence: string;
            /** Format: date-time */
            planned_at: string;
            play: string;
            prev_hash: string;
            reason?: string;
            /** Format: date-time */
            recorded_at: string;
            /** @enum {string} */
            result: "played" | "failed" | "missed" | "interrupted" | "stopped" | "unreported";
            /** Format: int64 */
            seq: number;
            /** Format: date-time */
            started_at?: string;
            title?: string;
        };
        JournalHead: {
            hash: string;
            /** Format: int64 */
            seq: number;
        };
        JournalLine: {
            announcement: string;
            cluster: string;
            commune: string;
            /** Format: double */
            current_a?: number;
            /** Format: date-time */
            ended_at: string;
            hash: string;
            /** @enum {string} */
            heard?: "yes" | "no" | "unknown";
            /** Format: double */
            level_dbfs?: number;
            occurrence: string;
            /** Format: date-time */
            planned_at: string;
            play: string;
            prev_hash: string;
            reason?: string;
            /** Format: date-time */
            recorded_at: string;
            /** @enum {string} */
            result: "played" | "failed" | "missed" | "interrupted" | "stopped" | "unreported";
            /** Format: int64 */
            seq: number;
            /** Format: date-time */
            started_at?: string;
            title?: string;
        };
        JournalOutputBody: {
            entries: components["schemas"]["JournalLine"][];
        };
        JournalVerification: {
            broken?: components["schemas"]["JournalBroken"];
            commune: string;
            /** Format: int64 */
            entries: number;
            head: components["schemas"]["JournalHead"];
            whole: boolean;
        };
        Layout: {
            /** Format: date-time */
            ends_at: string;
            pieces: components["schemas"]["LayoutPiece"][];
            /** Format: date-time */
            start: string;
        };
        LayoutPiece: {
            announcement: string;
            clusters: string[];
            /** Format: int64 */
            duration_ms: number;
            /** @enum {string} */
            level: "normal" | "priority" | "emergency";
            occurrence: string;
            /** Format: date-time */
            start: string;
            title: string;
        };
        LoginInputBody: {
            name: string;
            password: string;
        };
        Lunar: {
            except?: components["schemas"]["LunarDay"][];
            only?: components["schemas"]["LunarDay"][];
        };
        LunarDay: {
            /** Format: int64 */
            day: number;
            /** Format: int64 */
            month?: number;
        };
        Me: {
            permissions: ("announce" | "approve" | "picture" | "inventory" | "users" | "audit" | "operate")[];
            user: components["schemas"]["User"];
        };
        Measured: {
            /** Format: double */
            current_a: number;
            /** Format: double */
            level_dbfs: number;
            /** Format: double */
            supply_v: number;
        };
        Message: {
            changes?: components["schemas"]["Change"][];
            /** Format: date-time */
            now: string;
            snapshot?: components["schemas"]["Snapshot"];
        };
        Move: {
            from: string;
            to: string;
        };
        NewUserInputBody: {
            display_name?: string;
            /** @description The password is for one use: it must be changed at the first login */
            must_change_password?: boolean;
            name: string;
            password: string;
            /** @enum {string} */
            role: "broadcaster" | "approver" | "police" | "technician" | "admin";
        };
        NormaliseInputBody: {
            text: string;
        };
        Occurrence: {
            announcement: string;
            deliveries: components["schemas"]["Delivery"][];
            /** Format: int64 */
            duration_ms: number;
            id: string;
            /** @enum {string} */
            level: "normal" | "priority" | "emergency";
            programme?: string;
            /** Format: date-time */
            start: string;
            title: string;
        };
        OrderInputBody: {
            /**
             * Format: int64
             * @description Lower sounds first
             */
            order: number;
        };
        Override: {
            /** Format: date-time */
            at: string;
            by: string;
            findings: components["schemas"]["Finding"][];
        };
        PasswordInputBody: {
            new: string;
            old: string;
        };
        PlaceInventory: {
            cameras: components["schemas"]["PlacedCamera"][];
            clusters: components["schemas"]["PlacedCluster"][];
            commune: components["schemas"]["Commune"];
            villages: components["schemas"]["Village"][];
        };
        PlacedCamera: {
            id: string;
            name: string;
            position: components["schemas"]["Position"];
            url: string;
            username?: string;
            village: string;
        };
        PlacedCluster: {
            id: string;
            name: string;
            /** Format: int64 */
            offset_ms?: number;
            position: components["schemas"]["Position"];
            village: string;
            /** Format: int64 */
            volume: number;
        };
        Playing: {
            announcement: string;
            /** Format: int64 */
            duration_ms: number;
            /** @enum {string} */
            level: "normal" | "priority" | "emergency";
            occurrence: string;
            /** Format: date-time */
            started_at: string;
            title?: string;
        };
        Point: {
            /** Format: date-time */
            at: string;
            /** Format: int64 */
            count: number;
            /** Format: double */
            max: number;
            /** Format: double */
            mean: number;
            /** Format: double */
            min: number;
        };
        Position: {
            /** Format: double */
            lat: number;
            /** Format: double */
            lon: number;
        };
        Preview: {
            clusters: string[];
            needs_approval: boolean;
            starts: string[];
        };
        Problem: {
            /**
             * @description Stable, for programs
             * @example text_too_long
             */
            code: string;
            /** @description JSON path of the input at fault */
            field?: string;
            message: components["schemas"]["Words"];
        };
        Programme: {
            /** Format: date-time */
            approved_at?: string;
            closing?: string;
            clusters: string[];
            /** Format: date-time */
            created_at: string;
            created_by: string;
            cuts?: components["schemas"]["Cut"][];
            /** Format: date-time */
            decided_at?: string;
            decided_by?: string;
            earlier?: components["schemas"]["EarlierProgramme"][];
            edited_by?: string[];
            follows?: string;
            gone?: components["schemas"]["Target"];
            id: string;
            items: components["schemas"]["ProgrammeItem"][];
            opening?: string;
            /** Format: int64 */
            order?: number;
            override?: components["schemas"]["Override"];
            proposed?: components["schemas"]["ProgrammeProposal"];
            remark?: string;
            /** Format: int64 */
            revision?: number;
            /** @enum {string} */
            state: "draft" | "submitted" | "returned" | "approved" | "scheduled" | "done" | "cancelled";
            target: components["schemas"]["Target"];
            title: string;
            when: components["schemas"]["When"];
        };
        ProgrammeDraft: {
            closing?: string;
            items: components["schemas"]["ProgrammeItem"][];
            opening?: string;
            /** Format: int64 */
            order?: number;
            target: components["schemas"]["Target"];
            title: string;
            when: components["schemas"]["When"];
        };
        ProgrammeItem: {
            announcement?: string;
            fill?: components["schemas"]["Fill"];
            /** Format: int64 */
            gap_s?: number;
            /** Format: int64 */
            repeat?: number;
        };
        ProgrammeProposal: {
            /** Format: date-time */
            at: string;
            by: string;
            draft?: components["schemas"]["ProgrammeDraft"];
            edit?: components["schemas"]["SeriesEdit"];
        };
        ProgrammeView: {
            /** Format: date-time */
            approved_at?: string;
            closing?: string;
            clusters: string[];
            /** Format: date-time */
            created_at: string;
            created_by: string;
            cuts?: components["schemas"]["Cut"][];
            /** Format: date-time */
            decided_at?: string;
            decided_by?: string;
            described: components["schemas"]["Words"];
            earlier?: components["schemas"]["EarlierProgramme"][];
            edited_by?: string[];
            follows?: string;
            gone?: components["schemas"]["Target"];
            id: string;
            items: components["schemas"]["ProgrammeItem"][];
            /** @description The next starts, at most 5 */
            next: string[];
            opening?: string;
            /** Format: int64 */
            order?: number;
            override?: components["schemas"]["Override"];
            proposed?: components["schemas"]["ProgrammeProposal"];
            remark?: string;
            /** Format: int64 */
            revision?: number;
            /** @enum {string} */
            state: "draft" | "submitted" | "returned" | "approved" | "scheduled" | "done" | "cancelled";
            target: components["schemas"]["Target"];
            title: string;
            when: components["schemas"]["When"];
        };
        ProgrammesOutputBody: {
            programmes: components["schemas"]["ProgrammeView"][];
        };
        Proposal: {
            /** Format: date-time */
            at: string;
            by: string;
            edit: components["schemas"]["SeriesEdit"];
        };
        Reading: {
            /** Format: date-time */
            at: string;
            /** Format: double */
            value: number;
        };
        ReadingsOutputBody: {
            device: string;
            metric: string;
            points: components["schemas"]["Point"][];
        };
        Replacement: {
            /** @description date, time, money, number, measure, phone, identifier, document, roman, abbreviation, letters, electronic or symbol */
            class: string;
            spoken: string;
            written: string;
        };
        Report: {
            commune: components["schemas"]["Commune"];
            /** @description False while the month is not over */
            complete: boolean;
            /** @description Why plays did not come to their end, the most frequent first */
            failures: components["schemas"]["ReportFailure"][];
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            generated_at: string;
            /** @description Every announcement of the month */
            items: components["schemas"]["ReportItem"][];
            /** @description The newest entry of the journal; hub journal verify --head SEQ:HASH compares it */
            journal_head: components["schemas"]["ReportHead"];
            levels: components["schemas"]["ReportLevel"][];
            /**
             * @description Of the commune's calendar
             * @example 2026-11
             */
            month: string;
            /** @description Plays that came to their end but were too quiet */
            not_heard: components["schemas"]["ReportNotHeard"][];
            total: components["schemas"]["ReportFigures"];
            /**
             * Format: date-time
             * @description The end of the month, or when the report was made
             */
            until: string;
            villages: components["schemas"]["ReportVillage"][];
        };
        ReportCluster: {
            /**
             * Format: int64
             * @description Different announcements
             */
            announcements: number;
            /**
             * Format: double
             * @description The share played in full: played / expected, null when nothing was expected
             */
            coverage: number | null;
            /**
             * Format: int64
             * @description Plays that should have sounded
             */
            expected: number;
            /** Format: int64 */
            failed: number;
            id: string;
            /**
             * Format: int64
             * @description Plays in part: stopped by a person while they sounded, before they were heard whole
             */
            in_part: number;
            /**
             * Format: int64
             * @description Cut short by something more urgent or a loss of power, and not made up for
             */
            interrupted: number;
            /** Format: int64 */
            missed: number;
            name: string;
            /**
             * Format: int64
             * @description Of those played
             */
            not_heard: number;
            /**
             * Format: int64
             * @description Different occurrences of them
             */
            occurrences: number;
            /**
             * Format: int64
             * @description Plays in full: heard from beginning to end at least once
             */
            played: number;
            /**
             * Format: int64
             * @description Time on air, the sum over clusters
             */
            seconds: number;
            /**
             * Format: int64
             * @description Plays that nobody had planned; in nothing else but seconds, and not there if the hub knows no such announcement
             */
            unplanned: number;
            /**
             * Format: int64
             * @description Planned, with no word of the cluster about it
             */
            unreported: number;
            /**
             * Format: int64
             * @description Stopped by a person before they sounded; not in expected
             */
            withdrawn: number;
        };
        ReportFailure: {
            clusters: string[];
            /** Format: int64 */
            plays: number;
            /** @description As the journal has it, without remarks */
            reason: string;
            /** @enum {string} */
            result: "interrupted" | "failed" | "missed" | "unreported";
            words: components["schemas"]["Words"];
        };
        ReportFigures: {
            /**
             * Format: int64
             * @description Different announcements
             */
            announcements: number;
            /**
             * Format: double
             * @description The share played in full: played / expected, null when nothing was expected
             */
            coverage: number | null;
            /**
             * Format: int64
             * @description Plays that should have sounded
             */
            expected: number;
            /** Format: int64 */
            failed: number;
            /**
             * Format: int64
             * @description Plays in part: stopped by a person while they sounded, before they were heard whole
             */
            in_part: number;
            /**
             * Format: int64
             * @description Cut short by something more urgent or a loss of power, and not made up for
             */
            interrupted: number;
            /** Format: int64 */
            missed: number;
            /**
             * Format: int64
             * @description Of those played
             */
            not_heard: number;
            /**
             * Format: int64
             * @description Different occurrences of them
             */
            occurrences: number;
            /**
             * Format: int64
             * @description Plays in full: heard from beginning to end at least once
             */
            played: number;
            /**
             * Format: int64
             * @description Time on air, the sum over clusters
             */
            seconds: number;
            /**
             * Format: int64
             * @description Plays that nobody had planned; in nothing else but seconds, and not there if the hub knows no such announcement
             */
            unplanned: number;
            /**
             * Format: int64
             * @description Planned, with no word of the cluster about it
             */
            unreported: number;
            /**
             * Format: int64
             * @description Stopped by a person before they sounded; not in expected
             */
            withdrawn: number;
        };
        ReportHead: {
            hash: string;
            /** Format: int64 */
            seq: number;
        };
        ReportItem: {
            /**
             * Format: int64
             * @description Different announcements
             */
            announcements: number;
            /**
             * Format: double
             * @description The share played in full: played / expected, null when nothing was expected
             */
            coverage: number | null;
            /**
             * Format: int64
             * @description Plays that should have sounded
             */
            expected: number;
            /** Format: int64 */
            failed: number;
            /**
             * Format: date-time
             * @description Its first occurrence in the month
             */
            first: string;
            id: string;
            /**
             * Format: int64
             * @description Plays in part: stopped by a person while they sounded, before they were heard whole
             */
            in_part: number;
            /**
             * Format: int64
             * @description Cut short by something more urgent or a loss of power, and not made up for
             */
            interrupted: number;
            /** @enum {string} */
            level: "normal" | "priority" | "emergency";
            /** Format: int64 */
            missed: number;
            /**
             * Format: int64
             * @description Of those played
             */
            not_heard: number;
            /**
             * Format: int64
             * @description Different occurrences of them
             */
            occurrences: number;
            /**
             * Format: int64
             * @description Plays in full: heard from beginning to end at least once
             */
            played: number;
            /**
             * Format: int64
             * @description Time on air, the sum over clusters
             */
            seconds: number;
            title: string;
            /**
             * Format: int64
             * @description Plays that nobody had planned; in nothing else but seconds, and not there if the hub knows no such announcement
             */
            unplanned: number;
            /**
             * Format: int64
             * @description Planned, with no word of the cluster about it
             */
            unreported: number;
            /**
             * Format: int64
             * @description Stopped by a person before they sounded; not in expected
             */
            withdrawn: number;
        };
        ReportLevel: {
            /**
             * Format: int64
             * @description Different announcements
             */
            announcements: number;
            /**
             * Format: double
             * @description The share played in full: played / expected, null when nothing was expected
             */
            coverage: number | null;
            /**
             * Format: int64
             * @description Plays that should have sounded
             */
            expected: number;
            /** Format: int64 */
            failed: number;
            /**
             * Format: int64
             * @description Plays in part: stopped by a person while they sounded, before they were heard whole
             */
            in_part: number;
            /**
             * Format: int64
             * @description Cut short by something more urgent or a loss of power, and not made up for
             */
            interrupted: number;
            /** @enum {string} */
            level: "normal" | "priority" | "emergency";
            /** Format: int64 */
            missed: number;
            /**
             * Format: int64
             * @description Of those played
             */
            not_heard: number;
            /**
             * Format: int64
             * @description Different occurrences of them
             */
            occurrences: number;
            /**
             * Format: int64
             * @description Plays in full: heard from beginning to end at least once
             */
            played: number;
            /**
             * Format: int64
             * @description Time on air, the sum over clusters
             */
            seconds: number;
            /**
             * Format: int64
             * @description Plays that nobody had planned; in nothing else but seconds, and not there if the hub knows no such announcement
             */
            unplanned: number;
            /**
             * Format: int64
             * @description Planned, with no word of the cluster about it
             */
            unreported: number;
            /**
             * Format: int64
             * @description Stopped by a person before they sounded; not in expected
             */
            withdrawn: number;
        };
        ReportNotHeard: {
            cluster: string;
            name: string;
            /** Format: date-time */
            planned_at: string;
            title: string;
            village: string;
        };
        ReportVillage: {
            /**
             * Format: int64
             * @description Different announcements
             */
            announcements: number;
            clusters: components["schemas"]["ReportCluster"][];
            /**
             * Format: double
             * @description The share played in full: played / expected, null when nothing was expected
             */
            coverage: number | null;
            /**
             * Format: int64
             * @description Plays that should have sounded
             */
            expected: number;
            /** Format: int64 */
            failed: number;
            id: string;
            /**
             * Format: int64
             * @description Plays in part: stopped by a person while they sounded, before they were heard whole
             */
            in_part: number;
            /**
             * Format: int64
             * @description Cut short by something more urgent or a loss of power, and not made up for
             */
            interrupted: number;
            /** Format: int64 */
            missed: number;
            name: string;
            /**
             * Format: int64
             * @description Of those played
             */
            not_heard: number;
            /**
             * Format: int64
             * @description Different occurrences of them
             */
            occurrences: number;
            /**
             * Format: int64
             * @description Plays in full: heard from beginning to end at least once
             */
            played: number;
            /**
             * Format: int64
             * @description Time on air, the sum over clusters
             */
            seconds: number;
            /**
             * Format: int64
             * @description Plays that nobody had planned; in nothing else but seconds, and not there if the hub knows no such announcement
             */
            unplanned: number;
            /**
             * Format: int64
             * @description Planned, with no word of the cluster about it
             */
            unreported: number;
            /**
             * Format: int64
             * @description Stopped by a person before they sounded; not in expected
             */
            withdrawn: number;
        };
        ReturnInputBody: {
            remark: string;
        };
        ReturnProgrammeBody: {
            remark: string;
        };
        Rival: {
            announcement?: string;
            /** Format: int64 */
            order: number;
            programme?: string;
            title: string;
        };
        Rules: {
            abbreviations: {
                [key: string]: string;
            };
            /** @enum {string} */
            approval: "one-person" | "two-person";
            /** @enum {string} */
            limits?: "warn" | "stop";
            quiet_hours: components["schemas"]["Span"];
            sessions: components["schemas"]["Sessions"];
            templates: components["schemas"]["Template"][];
            /** Format: int64 */
            version: number;
            volumes: components["schemas"]["VolumeRule"][];
        };
        ScheduleOutputBody: {
            described: components["schemas"]["Words"];
            /** @description The next starts, at most 10 */
            next: string[];
            when: components["schemas"]["When"];
        };
        SelfTestComparison: {
            /** Format: double */
            current_part: number;
            /** Format: double */
            level_db: number;
            reference?: components["schemas"]["Measured"];
            /** @enum {string} */
            verdict: "reference" | "good" | "weak" | "silent";
        };
        SeriesEdit: {
            cancel?: boolean;
            /** Format: date-time */
            move_to?: string;
            /** @enum {string} */
            scope: "this" | "following" | "all";
            /** Format: date-time */
            start: string;
            when?: components["schemas"]["When"];
        };
        Sessions: {
            /** Format: int64 */
            max_days_per_week: number;
            /** Format: int64 */
            max_minutes: number;
            /** Format: int64 */
            max_per_day: number;
        };
        SetPasswordInputBody: {
            /** @description The password is for one use: it must be changed at the first login */
            must_change_password?: boolean;
            password: string;
        };
        Snapshot: {
            announcements: components["schemas"]["Announcement"][];
            cameras: components["schemas"]["Camera"][];
            clusters: components["schemas"]["Cluster"][];
            commune: components["schemas"]["Commune"];
            epoch: string;
            hub: components["schemas"]["Hub"];
            next: components["schemas"]["Occurrence"][];
            /** Format: date-time */
            now: string;
            on_air: components["schemas"]["Occurrence"][];
            programmes: components["schemas"]["Programme"][];
            /** Format: int64 */
            seq: number;
            villages: components["schemas"]["Village"][];
        };
        Sound: {
            /** Format: int64 */
            bytes: number;
            /** Format: int64 */
            duration_ms: number;
            /** Format: int64 */
            gap_ms?: number;
            /** Format: double */
            lufs: number;
            sha256: string;
            /** Format: double */
            true_peak_dbtp: number;
        };
        Source: {
            document?: string;
            signer?: string;
        };
        Span: {
            from: string;
            to: string;
        };
        SpeechInputBody: {
            /** @description BCP 47; Vietnamese when absent */
            language?: string;
            text: string;
        };
        Spoken: {
            /** @description What is not read as it is written, in the order of the text */
            replacements: components["schemas"]["Replacement"][];
            spoken: string;
        };
        Spread: {
            slots: string[];
            /** Format: int64 */
            times_per_week: number;
        };
        Status: {
            /** @description The hub's link to the broker stands */
            broker: boolean;
            cameras: components["schemas"]["CameraStatus"][];
            clusters: components["schemas"]["ClusterStatus"][];
            influx: components["schemas"]["InfluxStatus"];
            /** @description The store answers */
            store: boolean;
        };
        StopInputBody: {
            /** @description Also take away the rest of the programmes that run there; undo-programme-edit gives it back within a minute */
            rest?: boolean;
            /** @description Everywhere when absent */
            target?: components["schemas"]["Target"];
        };
        Stopped: {
            clusters: string[];
            coming: components["schemas"]["Coming"][];
            ended: components["schemas"]["Coming"][];
            silenced: components["schemas"]["Interruption"][];
        };
        Summary: {
            /** Format: int64 */
            added: number;
            /** Format: int64 */
            changed: number;
            /** Format: int64 */
            unchanged: number;
        };
        Target: {
            all?: boolean;
            clusters?: string[];
            villages?: string[];
        };
        Template: {
            /** @enum {string} */
            level: "normal" | "priority" | "emergency";
            name: string;
            text: string;
            title: string;
        };
        Trouble: {
            en: string;
            vi: string;
        };
        User: {
            /** Format: date-time */
            created_at: string;
            disabled?: boolean;
            display_name: string;
            /** Format: date-time */
            last_login_at?: string;
            must_change_password?: boolean;
            name: string;
            /** @enum {string} */
            role: "broadcaster" | "approver" | "police" | "technician" | "admin";
        };
        UserInputBody: {
            disabled?: boolean;
            display_name: string;
            /** @enum {string} */
            role: "broadcaster" | "approver" | "police" | "technician" | "admin";
        };
        UsersOutputBody: {
            users: components["schemas"]["User"][];
        };
        Version: {
            audio?: string;
            language: string;
            text?: string;
        };
        Village: {
            id: string;
            name: string;
            position: components["schemas"]["Position"];
        };
        VillageInputBody: {
            name: string;
            position?: components["schemas"]["Position"];
        };
        VolumeRule: {
            cluster?: string;
            from?: string;
            /** @enum {string} */
            level?: "normal" | "priority" | "emergency";
            to?: string;
            /** Format: int64 */
            volume: number;
        };
        When: {
            /** Format: date-time */
            at?: string;
            days?: number[];
            except?: string[];
            extra?: string[];
            from?: string;
            /** @enum {string} */
            kind: "now" | "once" | "daily" | "weekly" | "rule" | "programme";
            lunar?: components["schemas"]["Lunar"];
            moved?: components["schemas"]["Move"][];
            rrule?: string;
            spread?: components["schemas"]["Spread"];
            start?: string;
            time?: string;
            until?: string;
        };
        Words: {
            en: string;
            vi: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    "list-announcements": {
        parameters: {
            query?: {
                state?: "draft" | "submitted" | "returned" | "approved" | "scheduled" | "done" | "cancelled";
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnnouncementsOutputBody"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "create-announcement": {
        parameters: {
            query?: {
                /** @description A new name of the caller's choice, 8 to 64 letters, digits and hyphens, by which GET /api/jobs/{id} tells how far the work is */
                job?: string;
                /** @description Keep it as a draft; nobody is asked for approval */
                draft?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Draft"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Announcement"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "check-announcement": {
        parameters: {
            query?: {
                /** @description The announcement that the draft is of */
                id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Draft"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FindingsOutputBody"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "preview-announcement": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Draft"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preview"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "get-announcement": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnnouncementDetailBody"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "edit-announcement": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Draft"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Announcement"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "approve-announcement": {
        parameters: {
            query?: {
                /** @description The revision that was looked at; another one is refused with changed_meanwhile. Whatever stands there when absent */
                revision?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Announcement"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "cancel-announcement": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Announcement"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "edit-occurrence": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SeriesEdit"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnnouncementsOutputBody"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "order-announcement": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OrderInputBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Announcement"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "return-announcement": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReturnInputBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Announcement"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "submit-announcement": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Announcement"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "undo-edit": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnnouncementsOutputBody"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "upload-audio": {
        parameters: {
            query?: {
                /** @description A new name of the caller's choice, 8 to 64 letters, digits and hyphens, by which GET /api/jobs/{id} tells how far the work is */
                job?: string;
                /** @description The file's name, for example hop.mp3 */
                name?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sound"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    audit: {
        parameters: {
            query?: {
                /** @description RFC 3339, or how long ago: 24h, 7d */
                since?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditOutputBody"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    calendar: {
        parameters: {
            query: {
                from: string;
                to: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Calendar"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "calendar-feed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeedOutputBody"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "renew-calendar-feed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeedOutputBody"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "put-camera": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CameraInputBody"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "delete-camera": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "camera-picture": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The newest whole picture */
            200: {
                headers: {
                    "Cache-Control"?: string;
                    "Content-Type"?: string;
                    "Last-Modified"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": string;
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changes: {
        parameters: {
            query?: {
                epoch?: string;
                seq?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "put-cluster": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClusterInputBody"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "delete-cluster": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "list-commands": {
        parameters: {
            query?: {
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InstructedOutputBody"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "command-cluster": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Instruction"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Instructed"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "rotate-device-credentials": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CredentialsOutputBody"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "launch-emergency": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EmergencyDraft"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Announcement"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    inventory: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlaceInventory"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "import-inventory": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/yaml": string;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Summary"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "get-job": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobState"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    journal: {
        parameters: {
            query?: {
                /** @description RFC 3339, or how long ago: 24h, 7d */
                since?: string;
                /** @description The same; defaults to now and later */
                until?: string;
                announcement?: string;
                cluster?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JournalOutputBody"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "journal-csv": {
        parameters: {
            query?: {
                /** @description Of the commune's calendar, such as 2026-11; defaults to the present one */
                month?: string;
                /** @description Instead of a month: RFC 3339, or how long ago: 24h, 7d */
                since?: string;
                /** @description The same; defaults to now and later */
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    "Content-Disposition"?: string;
                    "Content-Type"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/csv; charset=utf-8": string;
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "journal-xlsx": {
        parameters: {
            query?: {
                /** @description Of the commune's calendar, such as 2026-11; defaults to the present one */
                month?: string;
                /** @description Instead of a month: RFC 3339, or how long ago: 24h, 7d */
                since?: string;
                /** @description The same; defaults to now and later */
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    "Content-Disposition"?: string;
                    "Content-Type"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "verify-journal": {
        parameters: {
            query?: {
                /** @description A head that was noted before, SEQ:HASH, as reports print it */
                head?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JournalVerification"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginInputBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "change-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordInputBody"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    normalise: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NormaliseInputBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Spoken"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "list-programmes": {
        parameters: {
            query?: {
                state?: "draft" | "submitted" | "returned" | "approved" | "scheduled" | "done" | "cancelled";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProgrammesOutputBody"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "create-programme": {
        parameters: {
            query?: {
                /** @description Only keep it, do not hand it in */
                draft?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProgrammeDraft"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProgrammeView"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "check-programme": {
        parameters: {
            query?: {
                /** @description The programme that the draft is of */
                id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProgrammeDraft"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FindingsOutputBody"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "preview-programme": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProgrammeDraft"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Layout"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "get-programme": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProgrammeView"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "edit-programme": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProgrammeDraft"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProgrammeView"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "approve-programme": {
        parameters: {
            query?: {
                /** @description The revision that was looked at; another one is refused with changed_meanwhile. Whatever stands there when absent */
                revision?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProgrammeView"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "cancel-programme": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProgrammeView"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "edit-programme-occurrence": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SeriesEdit"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProgrammesOutputBody"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "return-programme": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReturnProgrammeBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProgrammeView"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "submit-programme": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProgrammeView"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "undo-programme-edit": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProgrammesOutputBody"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readings: {
        parameters: {
            query: {
                device: string;
                metric: string;
                /** @description RFC 3339, or how long ago: 24h, 7d */
                since?: string;
                /** @description The same; defaults to now */
                until?: string;
                points?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReadingsOutputBody"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    report: {
        parameters: {
            query?: {
                /** @description Of the commune's calendar, such as 2026-11; defaults to the present one */
                month?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Report"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "report-pdf": {
        parameters: {
            query?: {
                /** @description Of the commune's calendar, such as 2026-11; defaults to the present one */
                month?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    "Content-Disposition"?: string;
                    "Content-Type"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/pdf": string;
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "report-xlsx": {
        parameters: {
            query?: {
                /** @description Of the commune's calendar, such as 2026-11; defaults to the present one */
                month?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    "Content-Disposition"?: string;
                    "Content-Type"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "get-rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rules"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "set-rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Rules"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rules"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "describe-schedule": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["When"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleOutputBody"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    snapshot: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Snapshot"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    speak: {
        parameters: {
            query?: {
                /** @description A new name of the caller's choice, 8 to 64 letters, digits and hyphens, by which GET /api/jobs/{id} tells how far the work is */
                job?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SpeechInputBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sound"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    status: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Status"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stop: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StopInputBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stopped"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "list-users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UsersOutputBody"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "create-user": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewUserInputBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "update-user": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserInputBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "set-password": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetPasswordInputBody"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "put-village": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VillageInputBody"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "delete-village": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    media: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                sha256: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "report-page": {
        parameters: {
            query?: {
                /** @description Of the commune's calendar, such as 2026-11; defaults to the present one */
                month?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    "Content-Disposition"?: string;
                    "Content-Type"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/html; charset=utf-8": string;
                };
            };
            /** @description What went wrong, why, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
