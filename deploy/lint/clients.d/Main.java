import com.huiyin.common.v1.Channel;
import com.huiyin.ingest.v1.CreateTicketRequest;
import com.huiyin.ingest.v1.Feedback;
import com.huiyin.ingest.v1.TicketServiceGrpc;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.util.UUID;

public class Main {
  public static void main(String[] args) {
    var token = System.getenv("TOKEN");
    // README: Java
    System.out.println(answer.getTicket().getName());
  }
}
