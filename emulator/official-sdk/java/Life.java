// A whole life of data disks, through the official SDK.
//
// Usage: Life URL DESKTOP_ID, with HW_* in the environment.
// Prints one JSON object: what the SDK understood of each answer.
// It knows neither IOPS nor throughput: the newest version on Maven Central is older than the others.

import com.fasterxml.jackson.databind.ObjectMapper;
import com.huaweicloud.sdk.core.auth.BasicCredentials;
import com.huaweicloud.sdk.core.exception.ServiceResponseException;
import com.huaweicloud.sdk.core.http.HttpConfig;
import com.huaweicloud.sdk.core.region.Region;
import com.huaweicloud.sdk.workspace.v2.WorkspaceClient;
import com.huaweicloud.sdk.workspace.v2.model.*;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

public class Life {
  private static String url;
  private static String desktopId;
  private static WorkspaceClient client;

  /** Without a project id, the SDK asks IAM for the project of the region. */
  private static WorkspaceClient clientWith(String secret, String projectId) {
    BasicCredentials credentials =
        new BasicCredentials().withAk(System.getenv("HW_ACCESS_KEY")).withSk(secret).withIamEndpoint(url);
    if (projectId != null) credentials.withProjectId(projectId);
    return WorkspaceClient.newBuilder()
        .withHttpConfig(HttpConfig.getDefaultHttpConfig())
        .withCredential(credentials)
        .withRegion(new Region(System.getenv("HW_REGION_NAME"), url))
        .build();
  }

  private static ShowJobResponse waitFor(String jobId) throws InterruptedException {
    for (int count = 0; count < 200; count++) {
      ShowJobResponse job = client.showJob(new ShowJobRequest().withJobId(jobId));
      if (List.of("SUCCESS", "FAIL").contains(job.getStatus())) return job;
      Thread.sleep(20);
    }
    throw new IllegalStateException("The job does not end: " + jobId);
  }

  private static Map<String, Object> refused(Supplier<Object> call) {
    try {
      call.get();
      return null;
    } catch (ServiceResponseException error) {
      Map<String, Object> refusal = new LinkedHashMap<>();
      refusal.put("status", error.getHttpStatusCode());
      refusal.put("code", error.getErrorCode());
      refusal.put("message", error.getErrorMsg());
      refusal.put("request_id", error.getRequestId());
      return refusal;
    }
  }

  private static List<VolumeDetail> volumes() {
    ShowDesktopDetailRequest request = new ShowDesktopDetailRequest().withDesktopId(desktopId);
    List<VolumeDetail> found = new ArrayList<>(client.showDesktopDetail(request).getDesktop().getDataVolumes());
    found.sort(Comparator.comparing(VolumeDetail::getType));
    return found;
  }

  private static List<Object> disks() {
    List<Object> shown = new ArrayList<>();
    for (VolumeDetail volume : volumes()) {
      Map<String, Object> disk = new LinkedHashMap<>();
      disk.put("type", volume.getType());
      disk.put("size", volume.getSize());
      shown.add(disk);
    }
    return shown;
  }

  private static AddDesktopVolumesResponse add(Volume... volumes) {
    AddVolumesReq body = new AddVolumesReq().withVolumes(Arrays.asList(volumes));
    return client.addDesktopVolumes(new AddDesktopVolumesRequest().withDesktopId(desktopId).withBody(body));
  }

  private static DeleteDesktopVolumesResponse delete(String... volumeIds) {
    DeleteVolumesReq body = new DeleteVolumesReq().withVolumeIds(Arrays.asList(volumeIds));
    return client.deleteDesktopVolumes(
        new DeleteDesktopVolumesRequest().withDesktopId(desktopId).withBody(body));
  }

  public static void main(String[] args) throws Exception {
    url = args[0];
    desktopId = args[1];
    client = clientWith(System.getenv("HW_SECRET_KEY"), null);
    Map<String, Object> seen = new LinkedHashMap<>();

    ListDesktopsDetailResponse listed =
        client.listDesktopsDetail(
            new ListDesktopsDetailRequest()
                .withDesktopId(List.of(desktopId))
                .withComputerName("DESKTOP")
                .withOffset(0)
                .withLimit(10));
    List<Object> rows = new ArrayList<>();
    for (var desktop : listed.getDesktops()) {
      rows.add(List.of(desktop.getDesktopId(), desktop.getStatus(), desktop.getRootVolume().getSize()));
    }
    seen.put("listed", rows);
    seen.put("total", listed.getTotalCount());

    ShowJobResponse job =
        waitFor(
            add(
                    new Volume().withType("SSD").withSize(20),
                    new Volume().withType("GPSSD").withSize(10))
                .getJobId());
    var subJob = job.getSubJobs().get(0);
    seen.put(
        "added",
        List.of(
            job.getStatus(), job.getSubJobsTotal(), subJob.getStatus(), subJob.getEntities().getDesktopId()));
    seen.put("after_add", disks());

    AddDesktopVolumesReq small =
        new AddDesktopVolumesReq()
            .withDesktopId(desktopId)
            .withVolumes(List.of(new Volume().withType("SAS").withSize(10)));
    AddDesktopsVolumesReq many = new AddDesktopsVolumesReq().withDesktopVolumes(List.of(small));
    seen.put(
        "added_many", waitFor(client.addVolumes(new AddVolumesRequest().withBody(many)).getJobId()).getStatus());

    Map<String, String> ids = new HashMap<>();
    for (VolumeDetail volume : volumes()) ids.put(volume.getType(), volume.getVolumeId());
    ExpandVolumesReq expansion =
        new ExpandVolumesReq().withDesktopId(desktopId).withVolumeId(ids.get("SSD")).withNewSize(30);
    ExpandVolumesRequest expand =
        new ExpandVolumesRequest()
            .withBody(new ExpandDesktopsVolumesReq().withDesktopVolumesExpansion(List.of(expansion)));
    seen.put("expanded", waitFor(client.expandVolumes(expand).getJobId()).getStatus());
    ExpandDesktopVolumeRequest expandOne =
        new ExpandDesktopVolumeRequest()
            .withDesktopId(desktopId)
            .withVolumeId(ids.get("SAS"))
            .withBody(new ExpandVolumeReq().withNewSize(40));
    seen.put("expanded_one", waitFor(client.expandDesktopVolume(expandOne).getJobId()).getStatus());
    seen.put("after_changes", disks());

    DeleteDesktopVolumesResponse first = delete(ids.get("SSD"), ids.get("SAS"));
    seen.put("conflict", refused(() -> delete(ids.get("GPSSD"))));
    seen.put("deleted", waitFor(first.getJobId()).getStatus());
    seen.put("after_delete", disks());
    ListItaSubJobsResponse subJobs =
        client.listItaSubJobs(
            new ListItaSubJobsRequest().withJobId(first.getJobId()).withLimit(10).withOffset(0));
    var only = subJobs.getJobs().get(0);
    seen.put(
        "sub_jobs",
        List.of(subJobs.getTotalCount(), only.getJobId().equals(first.getJobId()), only.getProcess()));

    seen.put("unknown_volume", refused(() -> delete("no-such-volume")));
    seen.put("bad_size", refused(() -> add(new Volume().withType("SSD").withSize(15))));
    seen.put(
        "unknown_desktop",
        refused(
            () ->
                client.showDesktopDetail(new ShowDesktopDetailRequest().withDesktopId("no-such-desktop"))));
    seen.put(
        "unknown_job", refused(() -> client.showJob(new ShowJobRequest().withJobId("no-such-job"))));

    List<Object> sold = new ArrayList<>();
    var products =
        client.listVolumeProductInfo(new ListVolumeProductInfoRequest().withVolumeType("GPSSD"));
    for (var product : products.getVolumes()) {
      sold.add(List.of(product.getVolumeType(), product.getName().get(0).getValue()));
    }
    seen.put("products", sold);
    List<Object> used = new ArrayList<>();
    for (var resource : client.showQuotas(new ShowQuotasRequest()).getQuotas().getResources()) {
      used.add(List.of(resource.getType(), resource.getUsed()));
    }
    seen.put("quotas", used);

    ListDesktopsDetailRequest list = new ListDesktopsDetailRequest();
    WorkspaceClient wrong = clientWith("a-wrong-secret", System.getenv("HW_PROJECT_ID"));
    seen.put("wrong_secret_on_workspace", refused(() -> wrong.listDesktopsDetail(list)));
    WorkspaceClient foreign = clientWith(System.getenv("HW_SECRET_KEY"), "0".repeat(32));
    seen.put("foreign_project", refused(() -> foreign.listDesktopsDetail(list)));

    System.out.println(new ObjectMapper().writeValueAsString(seen));
  }
}
