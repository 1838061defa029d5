// A whole life of data disks, through the official SDK.
//
// Usage: life URL DESKTOP_ID, with HW_* in the environment.
// Prints one JSON object: what the SDK understood of each answer.
package main

import (
	"encoding/json"
	"errors"
	"os"
	"sort"
	"time"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/basic"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/config"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/region"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/sdkerr"
	workspace "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/workspace/v2"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/workspace/v2/model"
)

var (
	url       = os.Args[1]
	desktopId = os.Args[2]
	seen      = map[string]any{}
	client    *workspace.WorkspaceClient
)

func pointer[T any](value T) *T { return &value }

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// An empty project id: the SDK asks IAM for the project of the region.
func clientWith(secret, projectId string) (*workspace.WorkspaceClient, error) {
	credentials, err := basic.NewCredentialsBuilder().
		WithAk(os.Getenv("HW_ACCESS_KEY")).WithSk(secret).
		WithProjectId(projectId).WithIamEndpointOverride(url).
		SafeBuild()
	if err != nil {
		return nil, err
	}
	client, err := workspace.WorkspaceClientBuilder().
		WithHttpConfig(config.DefaultHttpConfig()).
		WithCredential(credentials).
		WithRegion(region.NewRegion(os.Getenv("HW_REGION_NAME"), url)).
		SafeBuild()
	if err != nil {
		return nil, err
	}
	return workspace.NewWorkspaceClient(client), nil
}

func wait(jobId *string) *model.ShowJobResponse {
	for range 200 {
		job := must(client.ShowJob(&model.ShowJobRequest{JobId: *jobId}))
		if *job.Status == "SUCCESS" || *job.Status == "FAIL" {
			return job
		}
		time.Sleep(20 * time.Millisecond)
	}
	panic("the job does not end: " + *jobId)
}

func refused(_ any, err error) any {
	var refusal *sdkerr.ServiceResponseError
	if !errors.As(err, &refusal) {
		return err
	}
	return map[string]any{
		"status":     refusal.StatusCode,
		"code":       refusal.ErrorCode,
		"message":    refusal.ErrorMessage,
		"request_id": refusal.RequestId,
	}
}

func volumes() []model.VolumeDetail {
	found := must(client.ShowDesktopDetail(&model.ShowDesktopDetailRequest{DesktopId: desktopId}))
	list := *found.Desktop.DataVolumes
	sort.Slice(list, func(one, other int) bool { return list[one].Type < list[other].Type })
	return list
}

func disks() []map[string]any {
	shown := []map[string]any{}
	for _, volume := range volumes() {
		shown = append(shown, map[string]any{
			"type": volume.Type, "size": volume.Size,
			"iops": volume.Iops, "throughput": volume.Throughput, "kms_id": volume.KmsId,
		})
	}
	return shown
}

func add(volumes ...model.Volume) (*model.AddDesktopVolumesResponse, error) {
	body := model.AddVolumesReq{Volumes: volumes}
	return client.AddDesktopVolumes(&model.AddDesktopVolumesRequest{DesktopId: desktopId, Body: &body})
}

func remove(volumeIds ...string) (*model.DeleteDesktopVolumesResponse, error) {
	body := model.DeleteVolumesReq{VolumeIds: &volumeIds}
	return client.DeleteDesktopVolumes(&model.DeleteDesktopVolumesRequest{DesktopId: desktopId, Body: &body})
}

func live() {
	listed := must(client.ListDesktopsDetail(&model.ListDesktopsDetailRequest{
		DesktopId:    &[]string{desktopId},
		ComputerName: pointer("DESKTOP"),
		Offset:       pointer(int32(0)),
		Limit:        pointer(int32(10)),
	}))
	rows := [][]any{}
	for _, desktop := range *listed.Desktops {
		rows = append(rows, []any{desktop.DesktopId, desktop.Status, desktop.RootVolume.Size})
	}
	seen["listed"] = rows
	seen["total"] = listed.TotalCount

	added := must(add(
		model.Volume{Type: "SSD", Size: 20, KmsId: pointer("key-1")},
		model.Volume{Type: "GPSSD2", Size: 10, Iops: pointer(int32(3000)), Throughput: pointer(int32(125))},
	))
	job := wait(added.JobId)
	subJob := (*job.SubJobs)[0]
	seen["added"] = []any{job.Status, job.SubJobsTotal, subJob.Status, subJob.Entities.DesktopId}
	seen["after_add"] = disks()

	small := []model.Volume{{Type: "SAS", Size: 10}}
	many := []model.AddDesktopVolumesReq{{DesktopId: &desktopId, Volumes: &small}}
	seen["added_many"] = wait(must(client.AddVolumes(&model.AddVolumesRequest{
		Body: &model.AddDesktopsVolumesReq{DesktopVolumes: &many},
	})).JobId).Status

	ids := map[string]string{}
	for _, volume := range volumes() {
		ids[volume.Type] = *volume.VolumeId
	}
	expansion := []model.ExpandVolumesReq{
		{DesktopId: &desktopId, VolumeId: pointer(ids["SSD"]), NewSize: pointer(int32(30))},
	}
	seen["expanded"] = wait(must(client.ExpandVolumes(&model.ExpandVolumesRequest{
		Body: &model.ExpandDesktopsVolumesReq{DesktopVolumesExpansion: &expansion},
	})).JobId).Status
	seen["expanded_one"] = wait(must(client.ExpandDesktopVolume(&model.ExpandDesktopVolumeRequest{
		DesktopId: desktopId, VolumeId: ids["SAS"], Body: &model.ExpandVolumeReq{NewSize: 40},
	})).JobId).Status
	seen["qos"] = wait(must(client.BatchModifyQosVolumes(&model.BatchModifyQosVolumesRequest{
		Body: &model.BatchModifyQosVolumesReq{
			VolumeIds: []string{ids["GPSSD2"]},
			Qos:       &model.Qos{Iops: 4000, Throughput: 200},
		},
	})).JobId).Status
	seen["after_changes"] = disks()

	first := must(remove(ids["SSD"], ids["SAS"]))
	seen["conflict"] = refused(remove(ids["GPSSD2"]))
	seen["deleted"] = wait(first.JobId).Status
	seen["after_delete"] = disks()
	subJobs := must(client.ListItaSubJobs(&model.ListItaSubJobsRequest{
		JobId: first.JobId, Limit: pointer(int32(10)), Offset: pointer(int32(0)),
	}))
	only := (*subJobs.Jobs)[0]
	seen["sub_jobs"] = []any{subJobs.TotalCount, *only.JobId == *first.JobId, only.Process}

	seen["unknown_volume"] = refused(remove("no-such-volume"))
	seen["bad_size"] = refused(add(model.Volume{Type: "SSD", Size: 15}))
	seen["unknown_desktop"] = refused(client.ShowDesktopDetail(
		&model.ShowDesktopDetailRequest{DesktopId: "no-such-desktop"}))
	seen["unknown_job"] = refused(client.ShowJob(&model.ShowJobRequest{JobId: "no-such-job"}))

	products := must(client.ListVolumeProductInfo(
		&model.ListVolumeProductInfoRequest{VolumeType: pointer("GPSSD2")}))
	sold := [][]any{}
	for _, product := range *products.Volumes {
		sold = append(sold, []any{
			product.VolumeType, (*product.Name)[0].Value, product.Iops.Max, product.Throughput.Min,
		})
	}
	seen["products"] = sold
	quotas := [][]any{}
	for _, resource := range must(client.ShowQuotas(&model.ShowQuotasRequest{})).Quotas.Resources {
		quotas = append(quotas, []any{resource.Type, resource.Used})
	}
	seen["quotas"] = quotas

	list := &model.ListDesktopsDetailRequest{}
	wrong := must(clientWith("a-wrong-secret", os.Getenv("HW_PROJECT_ID")))
	seen["wrong_secret_on_workspace"] = refused(wrong.ListDesktopsDetail(list))
	foreign := must(clientWith(os.Getenv("HW_SECRET_KEY"), "00000000000000000000000000000000"))
	seen["foreign_project"] = refused(foreign.ListDesktopsDetail(list))
}

func main() {
	client = must(clientWith(os.Getenv("HW_SECRET_KEY"), ""))
	live()
	must(0, json.NewEncoder(os.Stdout).Encode(seen))
}
