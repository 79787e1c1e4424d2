"""A certificate authority and three servers' certificates, made by the openssl command: good, expired, wrong host."""
import pathlib
import subprocess

CONFIG = """
[ca]
default_ca = own
[own]
dir = {folder}
database = $dir/index.txt
new_certs_dir = $dir
serial = $dir/serial
default_md = sha256
policy = any
copy_extensions = copy
unique_subject = no
[any]
commonName = supplied
"""


def openssl(*words, folder):
    done = subprocess.run(["openssl", *words], cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"openssl {words[0]} failed: {done.stderr}")


def make(folder):
    """{name: (certificate, key)} of PEM files in `folder`, signed by `folder`/ca.pem."""
    folder = pathlib.Path(folder)
    (folder / "index.txt").write_text("")
    (folder / "serial").write_text("1000\n")
    (folder / "ca.cnf").write_text(CONFIG.format(folder=folder))
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
            "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=fake upstream authority",
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign", folder=folder)
    made = {}
    for name, host, dates in (
        ("good", "IP:127.0.0.1,DNS:localhost", ("-days", "2")),
        ("expired", "IP:127.0.0.1,DNS:localhost", ("-startdate", "20200101000000Z", "-enddate", "20200102000000Z")),
        ("wrong_host", "DNS:elsewhere.example", ("-days", "2")),
    ):
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
                f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}", "-addext", f"subjectAltName={host}",
                folder=folder)
        openssl("ca", "-batch", "-notext", "-config", "ca.cnf", "-keyfile", "ca.key", "-cert", "ca.pem",
                "-in", f"{name}.csr", "-out", f"{name}.pem", *dates, folder=folder)
        made[name] = (folder / f"{name}.pem", folder / f"{name}.key")
    return made
