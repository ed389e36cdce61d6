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
        put?: never;
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
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Announcement: {
            audio?: string;
            clusters: string[];
            /** Format: date-time */
            created_at: string;
            created_by: string;
            /** Format: date-time */
            decided_at?: string;
            decided_by?: string;
            id: string;
            /** @enum {string} */
            level: "normal" | "priority" | "emergency";
            remark?: string;
            sound: components["schemas"]["Audio"];
            /** @enum {string} */
            state: "submitted" | "returned" | "scheduled" | "done" | "cancelled";
            target: components["schemas"]["Target"];
            text?: string;
            title?: string;
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
            name: string;
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
        Delivery: {
            cluster: string;
            entry?: components["schemas"]["JournalEntry"];
            reason?: string;
            /** @enum {string} */
            state: "pending" | "received" | "playing" | "played" | "failed" | "missed" | "interrupted" | "stopped";
        };
        Draft: {
            audio?: string;
            /** @enum {string} */
            level: "normal" | "priority" | "emergency";
            target: components["schemas"]["Target"];
            text?: string;
            title?: string;
            when: components["schemas"]["When"];
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
        Inventory: {
            cameras: components["schemas"]["Camera"][];
            clusters: components["schemas"]["Cluster"][];
            villages: components["schemas"]["Village"][];
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
            result: "played" | "failed" | "missed" | "interrupted" | "stopped";
            /** Format: int64 */
            seq: number;
            /** Format: date-time */
            started_at?: string;
            title?: string;
        };
        JournalOutputBody: {
            entries: components["schemas"]["JournalEntry"][];
        };
        LoginInputBody: {
            name: string;
            password: string;
        };
        Me: {
            permissions: ("announce" | "approve" | "picture" | "inventory" | "users" | "audit" | "operate")[];
            user: components["schemas"]["User"];
        };
        Message: {
            changes?: components["schemas"]["Change"][];
            /** Format: date-time */
            now: string;
            snapshot?: components["schemas"]["Snapshot"];
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
        Occurrence: {
            announcement: string;
            deliveries: components["schemas"]["Delivery"][];
            /** Format: int64 */
            duration_ms: number;
            id: string;
            /** @enum {string} */
            level: "normal" | "priority" | "emergency";
            /** Format: date-time */
            start: string;
            title: string;
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
            message: components["schemas"]["ProblemMessage"];
        };
        ProblemMessage: {
            en: string;
            vi: string;
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
        ReturnInputBody: {
            remark: string;
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
            /** Format: int64 */
            seq: number;
            villages: components["schemas"]["Village"][];
        };
        Sound: {
            /** Format: int64 */
            bytes: number;
            /** Format: int64 */
            duration_ms: number;
            /** Format: double */
            lufs: number;
            sha256: string;
            /** Format: double */
            true_peak_dbtp: number;
        };
        SpeechInputBody: {
            text: string;
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
        Village: {
            id: string;
            name: string;
            position: components["schemas"]["Position"];
        };
        VillageInputBody: {
            name: string;
            position?: components["schemas"]["Position"];
        };
        When: {
            /** Format: date-time */
            at?: string;
            days?: number[];
            from?: string;
            /** @enum {string} */
            kind: "now" | "once" | "daily" | "weekly";
            time?: string;
            until?: string;
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
                state?: "submitted" | "returned" | "scheduled" | "done" | "cancelled";
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
    "approve-announcement": {
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
    "upload-audio": {
        parameters: {
            query?: {
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
            query?: never;
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
}
