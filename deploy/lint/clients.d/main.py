import os
import uuid

import grpc
from huiyin.common.v1.feedback_pb2 import CHANNEL_CHAT
from huiyin.ingest.v1 import ticket_service_pb2_grpc
from huiyin.ingest.v1.ticket_pb2 import Feedback
from huiyin.ingest.v1.ticket_service_pb2 import CreateTicketRequest

token = os.environ["TOKEN"]
# README: Python
print(answer.ticket.name)
