package httpapi

import (
	"context"
	"fmt"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/account"
	"github.com/smart-commune/smart-commune/hub/announce"
)

// Alarms launches and silences at once, and gives commands to single clusters.
type Alarms interface {
	Emergency(ctx context.Context, who string, canApprove bool, e announce.EmergencyDraft) (announce.Announcement, error)
	Stop(ctx context.Context, who string, target announce.Target, rest bool) (announce.Stopped, error)
	Instruct(ctx context.Context, who string, cluster devices.DeviceID, in announce.Instruction) (announce.Instructed, error)
	// Instructions returns the newest first.
	Instructions(ctx context.Context, cluster devices.DeviceID, limit int) ([]announce.Instructed, error)
}

type emergencyInput struct {
	Body announce.EmergencyDraft
}

type stopInput struct {
	Body struct {
		Target *announce.Target `json:"target,omitempty" doc:"Everywhere when absent"`
		Rest   bool             `json:"rest,omitempty" doc:"Also take away the rest of the programmes that run there; undo-programme-edit gives it back within a minute"`
	}
}

type instructInput struct {
	ID   devices.DeviceID `path:"id" maxLength:"64"`
	Body announce.Instruction
}

type instructedInput struct {
	ID    devices.DeviceID `path:"id" maxLength:"64"`
	Limit int              `query:"limit" minimum:"1" maximum:"500" default:"50"`
}

type instructedOutput struct {
	Body struct {
		Commands []announce.Instructed `json:"commands"`
	}
}

func (a *API) registerEmergency() {
	register(a, operation{id: "launch-emergency", method: "POST", path: "/api/emergency",
		summary: "Sound an emergency at once: the chime first, the words as soon as they are spoken, until it is stopped",
		access:  those(account.CanAnnounce, account.CanApprove), audit: "emergency.launch"}, a.launchEmergency)
	register(a, operation{id: "stop", method: "POST", path: "/api/stop",
		summary: "Silence everything, everywhere or on a target", access: those(account.CanAnnounce, account.CanApprove),
		detail: "What is planned goes on: the answer tells what sounds next on these clusters, the rest of running programmes among it.",
		audit:  "stop"}, a.stop)
	register(a, operation{id: "command-cluster", method: "POST", path: "/api/clusters/{id}/commands",
		summary: "Set the volume of a cluster, mute it, let it test itself, start anew or fetch its plan again",
		access:  those(account.CanOperate), audit: "cluster.command"}, a.commandCluster)
	register(a, operation{id: "list-commands", method: "GET", path: "/api/clusters/{id}/commands",
		summary: "What was asked of a cluster and what came of it, newest first", access: member}, a.listCommands)
}

func (a *API) launchEmergency(ctx context.Context, in *emergencyInput) (*announcementOutput, error) {
	c := callerOf(ctx)
	made, err := a.cfg.Alarms.Emergency(ctx, c.Name, c.may(account.CanApprove), in.Body)
	if err != nil {
		return nil, err
	}
	detail := fmt.Sprintf("%d clusters: %s", len(made.Clusters), made.Title)
	if made.Alert != nil && made.Alert.Already {
		detail = "already launched by " + made.CreatedBy + ": " + detail
	}
	note(ctx, string(made.ID), detail)
	return &announcementOutput{wireAnnouncement(made)}, nil
}

func (a *API) stop(ctx context.Context, in *stopInput) (*struct{ Body announce.Stopped }, error) {
	var target announce.Target
	if in.Body.Target != nil {
		target = *in.Body.Target
	}
	stopped, err := a.cfg.Alarms.Stop(ctx, callerOf(ctx).Name, target, in.Body.Rest)
	if err != nil {
		return nil, err
	}
	detail := fmt.Sprintf("%d clusters, %d silenced", len(stopped.Clusters), len(stopped.Silenced))
	for _, c := range stopped.Ended {
		detail += ", the rest of " + c.Title + " taken away"
	}
	note(ctx, "", detail)
	return &struct{ Body announce.Stopped }{stopped}, nil
}

func (a *API) commandCluster(ctx context.Context, in *instructInput) (*struct{ Body announce.Instructed }, error) {
	made, err := a.cfg.Alarms.Instruct(ctx, callerOf(ctx).Name, in.ID, in.Body)
	if err != nil {
		return nil, err
	}
	detail := string(made.Kind)
	if made.Volume != nil {
		detail += fmt.Sprintf(" %d", *made.Volume)
	}
	note(ctx, string(in.ID), detail)
	return &struct{ Body announce.Instructed }{made}, nil
}

func (a *API) listCommands(ctx context.Context, in *instructedInput) (*instructedOutput, error) {
	found, err := a.cfg.Alarms.Instructions(ctx, in.ID, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &instructedOutput{}
	out.Body.Commands = list(found)
	return out, nil
}
