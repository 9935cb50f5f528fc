"""The newest errors of the durable log."""

from entrepot.database import db_session_scope
from entrepot.models import SystemLog

with db_session_scope() as session:
    for number in range(12):
        session.add(SystemLog(level="ERROR", message=f"error {number}"))
    session.add(SystemLog(level="INFO", message="all is well"))

with db_session_scope() as session:
    recent_errors = (
        session.query(SystemLog)
        .filter(SystemLog.level == "ERROR")
        .order_by(SystemLog.created_at.desc())
        .limit(10)
        .all()
    )
    print(len(recent_errors), {log.level for log in recent_errors})
