"""The mail sink of development keeps what was sent, with its real recipients."""

import signal
import smtplib
import socket
import subprocess
import sys
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from tests.platform.processes import ROOT, bare_env


def test_mailsink_keeps_each_mail_as_a_file(tmp_path):
    folder = tmp_path / "sent mail"
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port, number = listening.getsockname()[1], listening.fileno()
        process = subprocess.Popen(
            [sys.executable, "manage.py", "mailsink", f"--fd={number}"],
            cwd=ROOT,
            env=bare_env(DEV_MAIL_DIR=str(folder)),
            pass_fds=[number],
            stdout=subprocess.PIPE,
        )
    with process:
        mail = EmailMessage()
        mail["Subject"], mail["To"], mail["From"] = "新的匹配", "a@example.com", "b@example.com"
        mail.set_content("48,000 双")
        with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
            client.send_message(mail, to_addrs=["a@example.com", "hidden@example.com"])
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    [kept] = folder.iterdir()
    assert kept.suffix == ".eml"
    read = BytesParser(policy=policy.default).parsebytes(kept.read_bytes())
    assert read["Subject"] == "新的匹配"
    assert read["X-Envelope-To"] == "a@example.com, hidden@example.com"
    assert read.get_content().strip() == "48,000 双"
