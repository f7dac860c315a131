//! `sphere document upload`: an identity document or any other, with a bar that shows the bytes handed to the
//! connection.

use std::path::PathBuf;
use std::time::Duration;

use sphere_core::client::Blocking;
use sphere_core::endpoints::{InvalidDocumentFile, UPLOAD_TIMEOUT};
use sphere_core::unstable::DocumentTarget;
use sphere_core::{
    Call, Document, DocumentFile, DocumentFormat, DocumentSide, Endpoint, IdentityDocumentType, RetryPolicy,
    UploadDocument, UploadIdentityDocument,
};

use crate::call_arguments::CallArguments;
use crate::connection::Connection;
use crate::console::Console;
use crate::failure::Failure;
use crate::ids::Target;
use crate::{limited, output, progress};

#[derive(clap::Subcommand)]
pub(crate) enum DocumentCommand {
    /// Upload a document of a customer or a representative
    #[command(after_help = HELP)]
    Upload(UploadArguments),
}

#[derive(clap::Args)]
pub(crate) struct UploadArguments {
    /// The file: pdf, jpg, png, heic or tiff, of at most 15 MB
    file: PathBuf,

    /// Its format, if the ending of its name does not say so: pdf, jpg, png, heic, tiff
    #[arg(long, value_name = "FORMAT", value_parser = format)]
    format: Option<DocumentFormat>,

    /// Whose document it is: the id of a customer or a representative
    #[arg(long, value_name = "ID")]
    target: String,

    /// drivers, id_card, passport, residence_permit; liveness_report, proof_of_address and others
    #[arg(long = "type", value_name = "TYPE")]
    document_type: String,

    /// Identity documents: the country that issued it, in three letters, such as USA
    #[arg(long, value_name = "COUNTRY")]
    country: Option<String>,

    /// Identity documents with two sides: which one it is
    #[arg(long, value_name = "SIDE")]
    side: Option<Side>,

    /// A description
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,

    #[command(flatten)]
    call: CallArguments,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Side {
    Front,
    Back,
}

const HELP: &str = "\
Examples:
  sphere document upload passport.jpg --target customer_1ab2c3d4 \\
    --type passport --country USA
  sphere document upload front.jpg --target customer_1ab2c3d4 \\
    --type id_card --country USA --side front
  sphere document upload report.pdf --target customer_1ab2c3d4 \\
    --type liveness_report

Time:
  An upload has 10 minutes, unless --timeout says otherwise. Uploading twice
  stores two documents, so the command does not try again if the outcome is
  unknown.";

pub(crate) fn run(command: &DocumentCommand, console: &mut Console) -> Result<(), Failure> {
    let DocumentCommand::Upload(arguments) = command;
    let target = Target::parse(&arguments.target)?;
    let target: DocumentTarget<'_> = match &target {
        Target::Customer(id) => id.into(),
        Target::Representative(id) => id.into(),
    };
    let connection = arguments.call.connection.connect(RetryPolicy::default())?;
    let document_type = arguments.document_type.as_str();
    let Some(identity) = identity_type(document_type) else {
        if arguments.country.is_some() || arguments.side.is_some() {
            return Err(Failure::input(
                "only identity documents have --country and --side",
                "Identity documents have the type drivers, id_card, passport or residence_permit.",
            ));
        }
        let mut upload = UploadDocument::new(target, document_type, arguments.read()?);
        if let Some(description) = &arguments.description {
            upload = upload.description(description);
        }
        return arguments.send(connection.client.upload_document(upload), &connection, console);
    };
    let Some(country) = &arguments.country else {
        return Err(Failure::input(
            "--country is missing",
            "Give the country that issued the identity document, in three letters, such as USA.",
        ));
    };
    let mut upload = UploadIdentityDocument::new(target, identity, country, arguments.read()?);
    if let Some(side) = arguments.side {
        upload = upload.side(match side {
            Side::Front => DocumentSide::Front,
            Side::Back => DocumentSide::Back,
        });
    }
    if let Some(description) = &arguments.description {
        upload = upload.description(description);
    }
    arguments.send(connection.client.upload_identity_document(upload), &connection, console)
}

fn identity_type(text: &str) -> Option<IdentityDocumentType> {
    use IdentityDocumentType as Type;
    let types = [Type::DriversLicense, Type::IdCard, Type::Passport, Type::ResidencePermit];
    types.into_iter().find(|document_type| document_type.as_str() == text)
}

fn format(text: &str) -> Result<DocumentFormat, String> {
    DocumentFormat::from_file_name(&format!(".{text}"))
        .ok_or_else(|| "is not pdf, jpg, png, heic or tiff".to_owned())
}

impl UploadArguments {
    /// Reads the file. Its name and path may be personal data, so no error shows them.
    fn read(&self) -> Result<DocumentFile, Failure> {
        let path = self.file.clone();
        let read = match self.format {
            Some(format) => {
                limited::within(self.timeout(), move || DocumentFile::read_blocking_as(format, path))
            }
            None => limited::within(self.timeout(), move || DocumentFile::read_blocking(path)),
        };
        read.map_err(InvalidDocumentFile::Io).and_then(|file| file).map_err(|error| {
            let fault = match &error {
                InvalidDocumentFile::Io(error) => format!("the file cannot be read: {error}"),
                other => other.to_string(),
            };
            let advice = match error {
                InvalidDocumentFile::Format => "If it is one of these under another name, give --format.",
                _ => "Give a pdf, jpg, png, heic or tiff file of at most 15 MB.",
            };
            Failure::input(fault, advice)
        })
    }

    fn timeout(&self) -> Duration {
        self.call.connection.timeout.unwrap_or(UPLOAD_TIMEOUT)
    }

    fn send<E: Endpoint<Output = Document>>(
        &self,
        call: Call<'_, Blocking, E>,
        connection: &Connection,
        console: &mut Console,
    ) -> Result<(), Failure> {
        let bar = progress::bar(console);
        bar.set_message("sending");
        let shown = bar.clone();
        let call = call.timeout(self.timeout()).on_upload_progress(move |sent, total| {
            shown.set_length(total);
            shown.set_position(sent);
            if sent == total {
                shown.set_message("waiting for the response");
            }
        });
        let result = call.send();
        bar.finish_and_clear();
        let name = self.file.file_name().map(|name| name.to_string_lossy().into_owned());
        let private = name.into_iter().chain(self.description.clone()).collect();
        let document = result.map_err(|error| connection.failure(error, private))?;
        let text = || "stored\n".to_owned();
        output::show(&document, self.call.json, text, &connection.key, console)
    }
}
