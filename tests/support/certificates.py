"""An authority and certificates for servers on this machine, made by openssl in a directory."""
import subprocess

KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


def openssl(directory, *arguments):
    subprocess.run(["openssl", *arguments], cwd=directory, check=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=30)


def authority(directory, name):
    """NAME.pem, which clients trust, and NAME.key; returns the path of the first."""
    openssl(directory, "req", "-x509", *KEY, "-keyout", f"{name}.key", "-out", f"{name}.pem", "-days", "30", "-subj", f"/CN={name}")
    return f"{directory}/{name}.pem"


def server(directory, name, by, host="IP:127.0.0.1", days=30):
    """A key and its certificate in one file, as Kafka reads them; returns its path. days: -1 has expired."""
    openssl(directory, "req", *KEY, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}",
            "-addext", f"subjectAltName={host}")
    openssl(directory, "x509", "-req", "-in", f"{name}.csr", "-CA", f"{by}.pem", "-CAkey", f"{by}.key", "-CAcreateserial",
            "-copy_extensions", "copy", "-days", str(days), "-out", f"{name}.crt")
    path = f"{directory}/{name}.both"
    with open(path, "w") as both:
        for part in ("key", "crt"):
            with open(f"{directory}/{name}.{part}") as f: both.write(f.read())
    return path
